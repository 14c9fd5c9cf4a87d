import { Duration } from 'aws-cdk-lib';
import { Pass, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { type CallAwsService, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { describedBaseline } from '../baseline.ts';
import { when } from '../choice.ts';
import { Claim } from '../claim/index.ts';
import { contractOf } from '../dataset-contract.ts';
import { executionArn, jsonata, object, quote } from '../jsonata.ts';
import { describedArtifacts } from '../model-containers.ts';
import type { ProjectResources, ScoringResources } from '../project-resources.ts';
import { callService, describePackage, noShortage, retryFunction } from '../tasks/index.ts';

/** Lambda's own limit. */
const FUNCTION_TIMEOUT = Duration.minutes(15);
/** A scoring waits for capacity as a training does. */
export const EXECUTION_TIMEOUT = Duration.days(3);
/** Step Functions knows an execution for so long: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const KNOWN_DAYS = 90;

const input = '$states.context.Execution.Input';
const givenVersion = `${input}.object.\`version-id\``;

/** What the execution was asked for. */
export function beginScoring(scope: Construct, { settings }: ScoringResources): Pass {
  return Pass.jsonata(scope, 'Read request', {
    assign: {
      file: jsonata(
        object({
          key: `${input}.object.key`,
          versionId: `$exists(${givenVersion}) ? ${givenVersion} : ""`,
        }),
      ),
      isExplained: jsonata(`$exists(${input}.explain) ? ${input}.explain : ${settings.explain}`),
      hasModel: false,
      drift: { verdict: 'not measured' },
      ...noShortage,
    },
    outputs: {},
  });
}

export const namesVersion = when('$file.versionId != ""');
export const namesModel = when(`$exists(${input}.modelPackageArn)`);

/** The newest version of a file that was named without one. */
export function lookUpFile(scope: Construct, { bucket, keys }: ProjectResources): CallAwsService {
  return callService(scope, 'Look up file', {
    service: 's3',
    action: 'headObject',
    iamAction: 's3:GetObject',
    resources: [keys.scoring, keys.scoringRequests].map((prefix) =>
      bucket.arnForObjects(`${prefix}*`),
    ),
    arguments: { Bucket: bucket.bucketName, Key: jsonata('$file.key') },
    assign: {
      file: jsonata('{"key": $file.key, "versionId": $states.result.VersionId}'),
    },
  });
}

/** The package that scores: the one that was asked for, else the live one. */
export function readModelPackage(scope: Construct, resources: ProjectResources): CallAwsService {
  return describePackage(scope, 'Read model package', resources, {
    arn: `$exists(${input}.modelPackageArn) ? ${input}.modelPackageArn : $live.package`,
    assign: {
      package: jsonata(
        object({
          arn: '$states.result.ModelPackageArn',
          version: '$split($states.result.ModelPackageArn, "/")[-1]',
          ...describedArtifacts,
          ...describedBaseline,
        }),
      ),
    },
  });
}

/**
 * The same version of a file, scored by the same model in the same way, is one batch: it is scored once,
 * whoever asks, and how often an event is delivered.
 */
export function identifyBatch(scope: Construct, { bucket, keys }: ProjectResources): Pass {
  const parts = [
    '$file.key',
    '$file.versionId',
    '$package.arn',
    '($isExplained ? "explained" : "plain")',
  ];
  return Pass.jsonata(scope, 'Identify batch', {
    comment: 'A file, a model and a way to score are one batch, however often it is asked for',
    assign: {
      batch: jsonata(`(
  $id := $substring($hash($join([${parts.join(', ')}], "\\n"), "SHA-256"), 0, 32);
  $folder := ${quote(keys.scored)} & $id & "/";
  {
    "id": $id,
    "key": $file.key,
    "versionId": $file.versionId,
    "modelPackageArn": $package.arn,
    "folder": $folder,
    "uri": ${quote(`s3://${bucket.bucketName}/`)} & $folder
  }
)`),
    },
    outputs: {},
  });
}

/** Of several executions for a batch, one works on it. */
export function batchClaim(
  scope: Construct,
  { claims, names }: ProjectResources,
  { settings }: ScoringResources,
): Claim {
  // What is deleted may be scored again.
  const days = Math.min(KNOWN_DAYS + EXECUTION_TIMEOUT.toDays(), settings.keepDays);
  return new Claim(scope, {
    table: claims,
    thing: 'batch',
    name: { jsonata: '$batch.id' },
    ownedBy: names.scoringStateMachine,
    keptWhile: ['SUCCEEDED', 'RUNNING', 'PENDING_REDRIVE'],
    details: { key: '$batch.key', versionId: '$batch.versionId' },
    expiresAfter: Duration.days(days),
  });
}

/** Where it is recorded that a file was refused. */
export function recordKey({ keys }: ProjectResources): string {
  return `${quote(`${keys.quarantine}scoring-`)} & $batch.id & ".json"`;
}

/** Separates the rows that can be scored from the others. */
export function inspectRows(
  scope: Construct,
  resources: ProjectResources,
  { inspectRows: handler }: ScoringResources,
): LambdaInvoke {
  const bucket = resources.bucket.bucketName;
  const task = LambdaInvoke.jsonata(scope, 'Inspect rows', {
    lambdaFunction: handler,
    payload: TaskInput.fromObject({
      ...commonOf(resources),
      rows: { bucket, key: jsonata('$batch.folder & "input/rows.csv"') },
      record: { bucket, key: jsonata(recordKey(resources)) },
      batch: jsonata('$batch'),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(FUNCTION_TIMEOUT),
    assign: { inspection: jsonata('$states.result.Payload') },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

export const hasRows = when('$inspection.accepted');
export const isExplained = when('$isExplained');

/** Puts the answers beside their rows. */
export function summarizeScores(
  scope: Construct,
  resources: ProjectResources,
  { summarizeScores: handler }: ScoringResources,
): LambdaInvoke {
  const bucket = resources.bucket.bucketName;
  const inFolder = (path: string) => ({ bucket, key: jsonata(`$batch.folder & ${quote(path)}`) });
  const task = LambdaInvoke.jsonata(scope, 'Summarize scores', {
    lambdaFunction: handler,
    payload: TaskInput.fromObject({
      ...commonOf(resources),
      goodRows: jsonata('$inspection.goodRows'),
      badRows: jsonata('$inspection.badRows'),
      problems: jsonata('[$inspection.problems]'),
      labelIndex: jsonata('$inspection.labelIndex'),
      answers: { bucket, key: jsonata('$batch.folder & $answersFile') },
      explained: jsonata('$isExplained'),
      predictions: inFolder('predictions.csv'),
      summary: inFolder('summary.json'),
      modelPackageArn: jsonata('$package.arn'),
      drift: jsonata('$drift'),
      startedAt: jsonata('$states.context.Execution.StartTime'),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(FUNCTION_TIMEOUT),
    assign: { scores: jsonata('$states.result.Payload') },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

/** What both functions receive. */
function commonOf(resources: ProjectResources): Readonly<Record<string, unknown>> {
  const bucket = resources.bucket.bucketName;
  return {
    project: resources.project.name,
    batchId: jsonata('$batch.id'),
    contract: contractOf(resources),
    source: { bucket, key: jsonata('$batch.key'), versionId: jsonata('$batch.versionId') },
    rejected: { bucket, key: jsonata('$batch.folder & "rejected.csv"') },
    execution: jsonata(executionArn),
    requestedAt: jsonata('$states.context.State.EnteredTime'),
  };
}
