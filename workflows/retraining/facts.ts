import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import {
  type CallAwsService,
  type DynamoGetItem,
  LambdaInvoke,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { readItem } from '../claim/index.ts';
import { contractOf } from '../dataset-contract.ts';
import { jsonata, object, quote } from '../jsonata.ts';
import { packageLiveSince } from '../live-package.ts';
import type { ProjectResources, RetrainingResources } from '../project-resources.ts';
import { callService, describePackage, readObject, retryFunction } from '../tasks/index.ts';
import { VERDICTS_KEY } from '../verdicts-key.ts';
import { runItem, uploadKeyOf, uploadsOf } from './run-item.ts';

/** Lambda's own limit. */
export const FUNCTION_TIMEOUT = Timeout.duration(Duration.minutes(15));
const HOUR_MILLISECONDS = 3_600_000;
/** Of a project that is not watched: what a watched one has by default. */
const DEFAULT_HOURS = { labelHours: 168, windowHours: 24 };
/** The item of the claims table with what was decided. */
export const MEMORY_KEY = 'decisions#retraining';

const EXECUTION_UNKNOWN = 'Sfn.ExecutionDoesNotExistException';

const metadata = '$states.result.CustomerMetadataProperties';

/** Since when the live model serves, and up to when labelled rows were complete that its training had. */
export function readLivePackage(scope: Construct, resources: ProjectResources): CallAwsService {
  return describePackage(scope, 'Read live package', resources, {
    arn: '$live.package',
    assign: {
      package: jsonata(`(
  $since := ${packageLiveSince};
  $created := $states.result.CreationTime;
  ${object({
    arn: '$states.result.ModelPackageArn',
    since: '$since',
    learnedUntil: `$exists(${metadata}.labelledUntil) ? ${metadata}.labelledUntil : $since != "" ? $since : $exists($created) ? $created : "1970-01-01T00:00:00.000Z"`,
    folder: `$exists(${metadata}.folder) ? ${metadata}.folder : ""`,
  })}
)`),
    },
  });
}

/** The last judged window, where the request brings none; windows without a verdict leave an empty one. */
export function readVerdict(scope: Construct, { claims }: ProjectResources): DynamoGetItem {
  const judged = '$states.result.Item.judged.S';
  const kept = `($judged := $parse(${judged}); $exists($judged.model) ? $judged)`;
  return readItem(scope, 'Read last verdict', {
    table: claims,
    key: VERDICTS_KEY,
    pattern: VERDICTS_KEY,
    comment: 'A drift that lasts is acted on once, whoever asks',
    assign: {
      request: jsonata(
        `{"trigger": $request.trigger, "verdict": $exists($request.verdict) ? $request.verdict : $exists(${judged}) ? ${kept}}`,
      ),
    },
  });
}

/** What was decided before. */
export function readMemory(scope: Construct, { claims }: ProjectResources): DynamoGetItem {
  const item = '$states.result.Item';
  return readItem(scope, 'Read past decisions', {
    table: claims,
    key: MEMORY_KEY,
    pattern: MEMORY_KEY,
    assign: {
      memory: jsonata(`$exists(${item}) ? $parse(${item}.memory.S) : {"trainings": []}`),
      // Whose answer was lost has kept its decision.
      kept: jsonata(`(
  $isKept := $exists(${item}) and ${item}.keptBy.S = $states.context.Execution.Id;
  {
    "revision": $exists(${item}) ? ${item}.revision.N : "0",
    "isKept": $isKept,
    "decision": $isKept ? $parse(${item}.decision.S) : {},
    "reported": $exists(${item}) ? ${item}.reported.S : ""
  }
)`),
    },
  });
}

export const isKept = when('$kept.isKept');
export const wasTrained = when('$exists($memory.last)');

/** Which dataset the last training had. */
export function readLastRun(scope: Construct, { claims }: ProjectResources): DynamoGetItem {
  return readItem(scope, 'Read last training', {
    table: claims,
    key: jsonata(runItem.keyOf('$memory.last.decision')),
    pattern: runItem.pattern,
    assign: {
      lastDatasetId: jsonata(
        '$exists($states.result.Item) ? $states.result.Item.datasetId.S : "none"',
      ),
      // Until its end is known, it has given no model.
      lastFailed: true,
    },
  });
}

/** Of a decision from before executions were noted, too: its place stays spent. */
export const wasStarted = when('$lastDatasetId != "none" or $not($exists($memory.last.before))');

/** Whether the execution of the last decision may still upload its dataset. */
export function lookUpLastDecision(scope: Construct, { names }: ProjectResources): CallAwsService {
  const executions = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${names.retrainingStateMachine}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const task = callService(scope, 'Look up last decision', {
    service: 'sfn',
    action: 'describeExecution',
    resources: [executions],
    comment: 'No training of the last decision is known',
    arguments: { ExecutionArn: jsonata('$memory.last.execution') },
    assign: { lastStatus: jsonata('$states.result.Status') },
  });
  // The answer is eventually consistent: one that has only just begun may not be known yet.
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
  task.addRetry({
    errors: [EXECUTION_UNKNOWN],
    interval: Duration.seconds(1),
    maxAttempts: 2,
    backoffRate: 2,
  });
  return task;
}

/** Step Functions forgets executions after 90 days. */
export const FORGOTTEN = {
  errors: [EXECUTION_UNKNOWN],
  assign: { lastStatus: 'UNKNOWN' },
  outputs: {},
};
export const isStillDeciding = when('$lastStatus in ["RUNNING", "PENDING_REDRIVE"]');

/** Whether the last decision uploaded its dataset and ended before it noted so. */
export function lookForLastDataset(scope: Construct, resources: ProjectResources): CallAwsService {
  const { bucket } = resources;
  return callService(scope, 'Look for last dataset', {
    service: 's3',
    action: 'listObjectsV2',
    iamAction: 's3:ListBucket',
    resources: [bucket.bucketArn],
    arguments: {
      Bucket: bucket.bucketName,
      Prefix: jsonata(uploadKeyOf(uploadsOf(resources), '$memory.last.decision')),
      MaxKeys: 1,
    },
    assign: { wasUploaded: jsonata('$states.result.KeyCount > 0') },
  });
}

export const wasUploaded = when('$wasUploaded');

/** How the last training ended: what passed the gate has a package. */
export function readLastOutcome(scope: Construct, resources: ProjectResources): CallAwsService {
  const { keys } = resources;
  return readObject(scope, 'Read outcome of last training', resources, {
    pattern: `${keys.runs}*/decision.json`,
    key: `${quote(keys.runs)} & $lastDatasetId & "/decision.json"`,
    assign: {
      lastPackage: jsonata(
        '($said := $parse($states.result.Body); $said.registered ? $said.modelPackage : "")',
      ),
    },
  });
}

/** It failed, was refused, or still runs. */
export const NO_OUTCOME = { errors: ['S3.NoSuchKeyException'], outputs: {} };
export const wasRegistered = when('$lastPackage != ""');

/** Whether people took the model of the last training. */
export function readLastPackage(scope: Construct, resources: ProjectResources): CallAwsService {
  return describePackage(scope, 'Read last package', resources, {
    arn: '$lastPackage',
    assign: { lastFailed: jsonata('$states.result.ModelApprovalStatus = "Rejected"') },
  });
}

/** How long after its request a label may come: labels are due so long after the end of a window. */
function labelMillisecondsOf({ monitoring }: ProjectResources): number {
  const { labelHours, windowHours } = monitoring?.settings ?? DEFAULT_HOURS;
  return Math.round((labelHours + windowHours) * HOUR_MILLISECONDS);
}

/** Counts the labelled rows that the live model has not seen, and writes them as a dataset if they are enough. */
export function countNewRows(
  scope: Construct,
  resources: ProjectResources,
  { gatherLabels }: RetrainingResources,
): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, 'Count new rows', {
    lambdaFunction: gatherLabels,
    payload: TaskInput.fromObject({
      project: resources.project.name,
      bucket: resources.bucket.bucketName,
      decisionId: jsonata('$decisionId'),
      liveModelPackageArn: jsonata('$package.arn'),
      since: jsonata('$package.learnedUntil'),
      until: jsonata('$asked'),
      requestsSince: jsonata(
        `$fromMillis($max([0, $toMillis($package.learnedUntil) - ${labelMillisecondsOf(resources)}]))`,
      ),
      minimumNewRows: jsonata('$decision.neededRows'),
      contract: contractOf(resources),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: FUNCTION_TIMEOUT,
    assign: { rows: jsonata('$states.result.Payload') },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}
