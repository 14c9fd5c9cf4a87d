import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { metadataValue } from '../field-text.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import { modelPackageArns, modelPackageGroupArns } from '../sagemaker-arn.ts';
import { bucketOf } from '../shared-archives.ts';
import { callService } from '../tasks/index.ts';
import { imageOf } from './images.ts';
import { type HandoverResources, isShared, sourcePackagePrefixes } from './source.ts';

const input = '$states.context.Execution.Input';

/** The package that was approved, and a name for its handover; the event may come again. */
export const handoverOf = {
  arn: jsonata(`${input}.modelPackageArn`),
  id: jsonata(`$substring($hash(${input}.modelPackageArn, "SHA-256"), 0, 32)`),
};

/** Nothing but the bus tells where an event comes from, and a person can start an execution. */
export function isOfSource(scope: Construct, { source }: HandoverResources) {
  const isOfGroup = sourcePackagePrefixes(scope, source).map(beginsWith).join(' or ');
  return when(`$type($handover.arn) = "string" and (${isOfGroup})`);
}

function beginsWith(prefix: string): string {
  const text = quote(prefix);
  return `($contains($handover.arn, ${text}) and $substringBefore($handover.arn, ${text}) = "")`;
}

const result = '$states.result';
const metadata = `${result}.CustomerMetadataProperties`;
/** A record that every training writes: it is copied also where the archives are shared. */
const recordOf = `(${metadata}.manifest & "")`;

/** Reads the package in the registry of the source. */
export function readSourcePackage(scope: Construct, handover: HandoverResources): CallAwsService {
  return callService(scope, 'Read source package', {
    service: 'sagemaker',
    action: 'describeModelPackage',
    resources: sourcePackagePrefixes(scope, handover.source).map((prefix) => `${prefix}*`),
    arguments: { ModelPackageName: jsonata('$handover.arn') },
    assign: {
      package: jsonata(`(
  $containers := ${result}.InferenceSpecification.Containers;
  $folder := $exists(${metadata}.folder) ? ${metadata}.folder : "";
  $model := $containers[-1].ModelDataUrl & "";
  {
    "status": ${result}.ModelApprovalStatus,
    "version": $split($handover.arn, "/")[-1],
    "folder": $folder,
    "fingerprint": $exists(${metadata}.fingerprint) ? ${metadata}.fingerprint : "",
    "bucket": ${bucketOf('$model')},
    "records": ${bucketOf(isShared(handover) ? recordOf : '$model')},
    "model": $model,
    "description": ${result}.ModelPackageDescription & "",
    "metadata": $exists(${metadata}) ? ${metadata} : {},
    "origin": $exists(${result}.MetadataProperties) ? ${result}.MetadataProperties : {},
    "containers": [$containers.$sift(function($value, $key) {
      $key in ["ContainerHostname", "Image", "ModelDataUrl", "Environment"]
    })],
    "types": $sift(${result}.InferenceSpecification, function($value, $key) { $contains($key, /^Supported/) }),
    "metrics": $exists(${result}.ModelMetrics) ? ${result}.ModelMetrics : {},
    "baselines": $exists(${result}.DriftCheckBaselines) ? ${result}.DriftCheckBaselines : {}
  }
)`),
    },
  });
}

export const isApproved = when('$package.status = "Approved"');

/** Promotion asks the same of a package. */
export function isComplete({ resources: { keys, project } }: HandoverResources) {
  const containers = project.registry.packaging === 'pipeline' ? 2 : 1;
  return when(
    [
      `$count($package.containers) = ${containers}`,
      `$contains($package.folder, ${quote(keys.runs)})`,
      '$package.fingerprint != ""',
      '$package.bucket != ""',
      '$package.records != ""',
    ].join(' and '),
  );
}

/** What became of the package in the environment before. */
const OUTCOME_ENTRIES = [
  'promotion',
  'promotionReason',
  'promotionExecution',
  'promotedAt',
  'trialEndsAt',
];
/** Entries of the source that a copy keeps: it has five of its own, and gets five of its promotion. */
const MAXIMUM_ENTRIES = 40;

/** Keeps what was said of the model, its metrics last, and names where it comes from. */
function renderMetadata({ source }: HandoverResources): string {
  const isOutcome = `$key in ${JSON.stringify(OUTCOME_ENTRIES)}`;
  return `(
  $known := $sift($package.metadata, function($value, $key) { $not(${isOutcome}) });
  $isMetric := function($key) { $contains($key, /^metric\\./) };
  $names := $append(
    $filter($keys($known), function($key) { $not($isMetric($key)) }),
    $filter($keys($known), $isMetric)
  )[[0..${MAXIMUM_ENTRIES - 1}]];
  $merge([
    $map($names, function($key) { {$key: $own($lookup($known, $key))} }),
    {
      "fingerprint": $fingerprint,
      "sourcePackageArn": $handover.arn,
      "sourceDigest": $package.fingerprint,
      "sourceEnvironment": ${quote(source.names.environment)},
      "originPackageArn": $exists($known.originPackageArn) ? $known.originPackageArn : $handover.arn,
      "handoverExecution": ${metadataValue(executionArn)}
    }
  ])
)`;
}

/** Puts the bucket of this environment in the place of the source's, in a text or in all texts of a value. */
function ownUris({ resources: { bucket } }: HandoverResources): string {
  return `$own := function($text) { $replace($text, "s3://" & $package.records & "/", ${quote(`s3://${bucket.bucketName}/`)}) };
  $ownAll := function($value) { $parse($own($string($value))) };`;
}

/** Registers the copy; a call that is repeated registers nothing more. */
export function registerCopy(scope: Construct, handover: HandoverResources): CallAwsService {
  const { resources, approval } = handover;
  const { names } = resources;
  const uris = ownUris(handover);
  const own = (expression: string) => jsonata(`(${uris} ${expression})`);
  return callService(scope, 'Register copy', {
    service: 'sagemaker',
    action: 'createModelPackage',
    resources: [...modelPackageGroupArns(scope, names), ...modelPackageArns(scope, names)],
    arguments: {
      // After the copy was deleted by hand, a new one has another token.
      ClientToken: jsonata('$substring($hash($handover.id & " " & $former, "SHA-256"), 0, 32)'),
      ModelPackageGroupName: names.modelPackageGroup,
      ModelPackageDescription: jsonata('$package.description'),
      ModelApprovalStatus: approval ? 'PendingManualApproval' : 'Approved',
      InferenceSpecification: own(`${imageOf}
        $containers := [$map($package.containers, function($container) {
          $merge([$container, {"Image": $imageOf($container.Image)}])
        })];
        $merge([{"Containers": ${isShared(handover) ? '$containers' : '$ownAll($containers)'}}, $package.types])`),
      ModelMetrics: own('$ownAll($package.metrics)'),
      DriftCheckBaselines: own('$ownAll($package.baselines)'),
      MetadataProperties: jsonata('$package.origin'),
      CustomerMetadataProperties: own(renderMetadata(handover)),
    },
    assign: {
      copied: jsonata(
        `{"arn": ${result}.ModelPackageArn, "version": $split(${result}.ModelPackageArn, "/")[-1]}`,
      ),
    },
  });
}
