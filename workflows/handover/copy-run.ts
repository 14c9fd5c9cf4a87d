import { Fail, type IChainable, Map, ProvideItems, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { choose, when } from '../choice.ts';
import { jsonata, quote } from '../jsonata.ts';
import { callService, type Guard } from '../tasks/index.ts';
import { type HandoverResources, hasOwnTags, isShared, readObjects, readRuns } from './source.ts';

/** Copies whose events fit into an execution's history of 25,000. */
export const MAXIMUM_OBJECTS = 1_500;
/** Of objects whose checksums are read as well. */
const MAXIMUM_OBJECTS_WITH_OWN_TAGS = 1_000;
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const MAXIMUM_GIB = 5;
const MAXIMUM_BYTES = MAXIMUM_GIB * 1_024 ** 3;
/** Objects whose names and tags fit into a variable. */
const PAGE_SIZE = 200;
const CONCURRENT_COPIES = 10;

/** What a package was made of; checkpoints, comparisons and other attempts to train stay. */
const FOLDERS = '/^(dataset|prepared|evaluation)\\//';
const FILES = ['manifest.json', 'files.json', 'decision.json'];

interface CopyProps {
  readonly next: IChainable;
  /** What follows where there is too much to copy. */
  readonly tooMuch: IChainable;
  readonly guard: Guard;
}

/** Copies the run of the package page by page, under the same keys. */
export function copyRun(
  scope: Construct,
  handover: HandoverResources,
  { next, tooMuch, guard }: CopyProps,
): CallAwsService {
  const first = guard(listRun(scope, 'List run', handover, {}));
  const more = guard(
    listRun(scope, 'List more of run', handover, { ContinuationToken: jsonata('$nextToken') }),
  );
  const copy = guard(copyObjects(scope, handover));
  copy.next(choose(scope, 'More objects?').when(when('$nextToken != ""'), more).otherwise(next));
  const isTooMuch = choose(scope, 'Too much to copy?')
    .when(when(`$total > ${maximumObjects(handover)} or $largest > ${MAXIMUM_BYTES}`), tooMuch)
    .otherwise(copy);
  for (const list of [first, more]) list.next(isTooMuch);
  return first;
}

function maximumObjects(handover: HandoverResources): number {
  return hasOwnTags(handover) ? MAXIMUM_OBJECTS_WITH_OWN_TAGS : MAXIMUM_OBJECTS;
}

export function tooMuchToCopy(handover: HandoverResources): string {
  return `"Below " & $package.folder & " are more than ${maximumObjects(handover)} objects, or one that is larger than ${MAXIMUM_GIB} GiB, which is what one CopyObject takes."`;
}

/** All that a package was made of; where archives are shared, all but these. */
function isWanted(handover: HandoverResources): string {
  const isRecord = `$contains($path, ${FOLDERS}) or $path in ${JSON.stringify(FILES)}`;
  const isOfPackage = isShared(handover)
    ? `(${isRecord}) and $not($contains($path, /\\/model\\.tar\\.gz$/))`
    : `${isRecord} or "s3://" & $package.bucket & "/" & Key = $package.model`;
  return `(
    $path := $substringAfter(Key, $package.folder);
    ${isOfPackage}
  )`;
}

function listRun(
  scope: Construct,
  id: string,
  handover: HandoverResources,
  more: Readonly<Record<string, unknown>>,
): CallAwsService {
  const page = `$states.result.Contents[${isWanted(handover)}]`;
  const before = 'ContinuationToken' in more ? '$total' : '0';
  return callService(scope, id, {
    service: 's3',
    action: 'listObjectsV2',
    iamAction: 's3:ListBucket',
    resources: [handover.resources.bucket.bucketArn],
    statements: [readRuns(scope, handover, 's3:ListBucket')],
    arguments: {
      Bucket: jsonata('$package.records'),
      Prefix: jsonata('$package.folder'),
      MaxKeys: PAGE_SIZE,
      ...more,
    },
    assign: {
      objects: jsonata(`[${page}.{"key": Key, "etag": ETag}]`),
      total: jsonata(`${before} + $count(${page})`),
      largest: jsonata(`$max([0, ${page}.Size])`),
      nextToken: jsonata(
        '$type($states.result.NextContinuationToken) = "string" ? $states.result.NextContinuationToken : ""',
      ),
    },
  });
}

function copyObjects(scope: Construct, handover: HandoverResources): Map {
  const same = Succeed.jsonata(scope, 'Copied', {});
  const differs = Fail.jsonata(scope, 'Copy differs', {
    error: 'CopyDiffers',
    cause: jsonata(
      '"The copy of " & $states.input.key & " has neither the entity tag nor a checksum of the source."',
    ),
  });
  const read = readSourceChecksum(scope, handover);
  read.next(
    choose(scope, 'Same checksum?').when(when('$states.input.same'), same).otherwise(differs),
  );
  const start = copyObject(scope, handover).next(
    choose(scope, 'Same entity tag?')
      .when(when('$states.input.copied = $states.input.etag'), same)
      .otherwise(read),
  );
  return Map.jsonata(scope, 'Copy objects', {
    comment: 'Each must be what was listed, and its copy the same',
    items: ProvideItems.jsonata('{% $objects %}'),
    maxConcurrency: CONCURRENT_COPIES,
    outputs: {},
  }).itemProcessor(start);
}

function checksumsOf(result: string): string {
  return `$sift(${result}, function($value, $name) { $contains($name, /^Checksum/) and $name != "ChecksumType" })`;
}

/** The name of an object in a header, where a plus sign would be a blank. */
const copySource =
  '$join([$split($package.records & "/" & $states.input.key, "/")].$encodeUrlComponent($), "/")';

function copyObject(scope: Construct, handover: HandoverResources): CallAwsService {
  const { bucket, keys } = handover.resources;
  return callService(scope, 'Copy object', {
    service: 's3',
    action: 'copyObject',
    iamAction: 's3:PutObject',
    resources: [bucket.arnForObjects(`${keys.runs}*`)],
    statements: readObjects(scope, handover),
    arguments: {
      Bucket: bucket.bucketName,
      Key: jsonata('$states.input.key'),
      CopySource: jsonata(copySource),
      // The very object that was listed, whichever version is the current one by now.
      CopySourceIfMatch: jsonata('$states.input.etag'),
      // Tags would need permissions of their own.
      TaggingDirective: 'REPLACE',
    },
    outputs: {
      key: jsonata('$states.input.key'),
      etag: jsonata('$states.input.etag'),
      copied: jsonata('$states.result.CopyObjectResult.ETag'),
      checksums: jsonata(`$merge([{}, ${checksumsOf('$states.result.CopyObjectResult')}])`),
    },
  });
}

/**
 * An object that was uploaded in parts has another entity tag than its copy, and so has one under a key of KMS; checksums of whole
 * objects are the same. S3 makes that of a copy by the algorithm of its source.
 */
function readSourceChecksum(scope: Construct, handover: HandoverResources): CallAwsService {
  const { bucket, keys } = handover.resources;
  return callService(scope, 'Read source checksum', {
    service: 's3',
    action: 'headObject',
    iamAction: 's3:GetObject',
    resources: [bucket.arnForObjects(`${keys.runs}*`)],
    statements: readObjects(scope, handover),
    arguments: {
      Bucket: jsonata('$package.records'),
      Key: jsonata('$states.input.key'),
      IfMatch: jsonata('$states.input.etag'),
      ChecksumMode: 'ENABLED',
    },
    outputs: {
      key: jsonata('$states.input.key'),
      same: jsonata(
        `$count($keys($states.input.checksums)[$lookup($states.input.checksums, $) = $lookup($states.result, $)]) > 0`,
      ),
    },
  });
}

/** Where the copied archives are. */
export function copiedModel({ resources: { bucket } }: HandoverResources): string {
  return `${quote(`s3://${bucket.bucketName}/`)} & $substringAfter($package.model, "s3://" & $package.bucket & "/")`;
}
