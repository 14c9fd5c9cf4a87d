import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { callService } from './call-service.ts';

interface Fingerprint {
  /** An expression for the run's folder. */
  readonly folder: string;
  /** An expression for the URI of the model's archive. */
  readonly model: string;
  /** Whether the entity tags are wanted as well, in the variable `etags`: preprocessor, model. @default false */
  readonly keepsTags?: boolean;
  /** Archives in the bucket of another environment. @default those of this project */
  readonly of?: OtherBucket;
  readonly next: IChainable;
  /** What becomes of each request that fails. */
  readonly guard: (task: CallAwsService) => unknown;
}

interface OtherBucket {
  /** Stands in the names of the states, with a blank at its end. */
  readonly name: string;
  /** An expression. */
  readonly bucket: string;
  /** What lets the state machine read there. */
  readonly statements: readonly PolicyStatement[];
}

/**
 * A hash over the names and entity tags of a run's two model archives, in the variable
 * `fingerprint`. They are asked for by key: a run may hold any number of checkpoints and comparisons.
 */
export function fingerprintArchives(
  scope: Construct,
  resources: ProjectResources,
  { folder, model, next, guard, keepsTags = false, of }: Fingerprint,
): CallAwsService {
  const bucketUri =
    of === undefined
      ? quote(`s3://${resources.bucket.bucketName}/`)
      : `("s3://" & ${of.bucket} & "/")`;
  const preprocessor = look(scope, `Fingerprint ${of?.name ?? ''}preprocessor`, resources, {
    of,
    key: `${folder} & "prepared/preprocessor/model.tar.gz"`,
    assign: {
      archives: (line) => `[${line}]`,
      ...(keepsTags ? { etags: () => '[$states.result.ETag]' } : {}),
    },
  });
  const archive = look(scope, `Fingerprint ${of?.name ?? ''}model`, resources, {
    of,
    key: `$substringAfter(${model}, ${bucketUri})`,
    assign: {
      fingerprint: (line) => `$hash($join($sort([$archives, ${line}]), "\\n"), "SHA-256")`,
      ...(keepsTags ? { etags: () => '[$etags, $states.result.ETag]' } : {}),
    },
  });
  for (const task of [preprocessor, archive]) guard(task);
  archive.next(next);
  preprocessor.next(archive);
  return preprocessor;
}

interface Archive {
  /** An expression. */
  readonly key: string;
  readonly of: OtherBucket | undefined;
  readonly assign: Readonly<Record<string, (line: string) => string>>;
}

function look(
  scope: Construct,
  id: string,
  { bucket, keys }: ProjectResources,
  { key, of, assign }: Archive,
): CallAwsService {
  const line = `(${key}) & " " & $states.result.ETag`;
  return callService(scope, id, {
    service: 's3',
    action: 'headObject',
    iamAction: 's3:GetObject',
    resources: [bucket.arnForObjects(`${keys.runs}*`)],
    ...(of === undefined ? {} : { statements: of.statements }),
    arguments: {
      Bucket: of === undefined ? bucket.bucketName : jsonata(of.bucket),
      Key: jsonata(key),
    },
    assign: Object.fromEntries(
      Object.entries(assign).map(([name, render]) => [name, jsonata(render(line))]),
    ),
  });
}

/** A HEAD request has no body to name the error in: 404 is all there is. */
export const archiveIsMissing = 'S3.NoSuchKeyException';
