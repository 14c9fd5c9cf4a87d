import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import {
  type CallAwsService,
  DynamoAttributeValue,
  DynamoPutItem,
  LambdaInvoke,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { limitToKeys } from '../claim/limit-to-keys.ts';
import { datasetIdOf } from '../dataset-id.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources, RetrainingResources } from '../project-resources.ts';
import { callService, retryFunction, retryItemCall } from '../tasks/index.ts';
import { FUNCTION_TIMEOUT } from './facts.ts';
import { text } from './request.ts';
import { runItem, uploadPrefix } from './run-item.ts';

/** After which DynamoDB may forget which dataset a decision made; a training takes days, and cool-downs a month at most. */
const EXPIRES_AFTER = Duration.days(400);

/** Writes the rows of the live model and the new ones one after another. */
export function combineRows(
  scope: Construct,
  { bucket, keys, project }: ProjectResources,
  { combineDatasets }: RetrainingResources,
): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, 'Combine rows', {
    lambdaFunction: combineDatasets,
    payload: TaskInput.fromObject({
      bucket: bucket.bucketName,
      sources: jsonata('[$package.folder & "dataset/data.csv", $rows.dataset.key]'),
      target: jsonata(`${quote(`${keys.runs}retraining/`)} & $decisionId & "/combined.csv"`),
      header: project.dataset.header,
    }),
    retryOnServiceExceptions: false,
    taskTimeout: FUNCTION_TIMEOUT,
    comment: "The live model's rows, and the new ones behind them",
    assign: { source: jsonata('$states.result.Payload.key') },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

/** Uploads the dataset as a person would: it is settled, inspected and claimed as any other. */
export function uploadDataset(
  scope: Construct,
  { bucket, keys }: ProjectResources,
  { settings }: RetrainingResources,
): CallAwsService {
  const source = settings.rows === 'all' ? '$source' : '$rows.dataset.key';
  return callService(scope, 'Upload dataset', {
    service: 's3',
    action: 'copyObject',
    iamAction: 's3:PutObject',
    resources: [bucket.arnForObjects(`${uploadPrefix(keys.incoming)}*`)],
    comment: 'The rule of uploads starts the training: settled, inspected and claimed as any other',
    arguments: {
      Bucket: bucket.bucketName,
      Key: jsonata(`${quote(uploadPrefix(keys.incoming))} & $decisionId & ".csv"`),
      CopySource: jsonata(`${quote(`${bucket.bucketName}/`)} & $encodeUrlComponent(${source})`),
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ContentType: 'text/csv',
    },
    assign: {
      dataset: jsonata(`(
  $key := ${quote(uploadPrefix(keys.incoming))} & $decisionId & ".csv";
  {
    "key": $key,
    "versionId": $states.result.VersionId,
    "id": ${datasetIdOf(quote(bucket.bucketName), '$key', '$states.result.VersionId')}
  }
)`),
    },
  });
}

/** Says to the training of this very dataset who started it, and to later decisions which one it was. */
export function noteTraining(scope: Construct, { claims }: ProjectResources): DynamoPutItem {
  const task = DynamoPutItem.jsonata(scope, 'Note training', {
    table: claims,
    item: {
      claim: DynamoAttributeValue.fromString(jsonata(runItem.keyOf('$decisionId'))),
      datasetId: text('$dataset.id'),
      trigger: text('$request.trigger'),
      reason: text('$decision.reason'),
      labelledUntil: text('$rows.until'),
      execution: text(executionArn),
      expires: DynamoAttributeValue.numberFromString(
        jsonata(
          `$string($floor($toMillis($states.context.State.EnteredTime) / 1000) + ${EXPIRES_AFTER.toSeconds()})`,
        ),
      ),
    },
    outputs: {},
    taskTimeout: Timeout.duration(Duration.seconds(60)),
  });
  task.addRetry(retryItemCall);
  limitToKeys(task, runItem.pattern);
  return task;
}

/** What the SDK states need beside their own actions. */
export function allowReading({ bucket, keys }: ProjectResources): PolicyStatement[] {
  return [
    new PolicyStatement({
      // CopyObject reads what it copies.
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${keys.runs}retraining/*`)],
    }),
    new PolicyStatement({
      // Without it S3 answers 403 instead of 404 for an outcome that is not there yet.
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
    }),
  ];
}
