import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import {
  DynamoAttributeValue,
  DynamoPutItem,
  LambdaInvoke,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { limitToKeys } from '../claim/limit-to-keys.ts';
import { datasetIdOf } from '../dataset-id.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources, RetrainingResources } from '../project-resources.ts';
import { retryFunction, retryItemCall } from '../tasks/index.ts';
import { FUNCTION_TIMEOUT } from './facts.ts';
import { text } from './request.ts';
import { runItem, uploadKeyOf } from './run-item.ts';

/** After which DynamoDB may forget which dataset a decision made; a training takes days, and cool-downs a month at most. */
const EXPIRES_AFTER = Duration.days(400);

/**
 * Writes the rows that are trained on where a person would upload them: those of the live model, and the new ones behind
 * them; or the new ones alone.
 */
export function uploadDataset(
  scope: Construct,
  { bucket, keys, project }: ProjectResources,
  { combineDatasets, settings }: RetrainingResources,
): LambdaInvoke {
  const live = settings.rows === 'all' ? '$package.folder & "dataset/data.csv", ' : '';
  const { key, versionId } = {
    key: '$states.result.Payload.key',
    versionId: '$states.result.Payload.versionId',
  };
  const task = LambdaInvoke.jsonata(scope, 'Upload dataset', {
    lambdaFunction: combineDatasets,
    payload: TaskInput.fromObject({
      bucket: bucket.bucketName,
      sources: jsonata(`[${live}$rows.dataset.key]`),
      target: jsonata(uploadKeyOf(keys.incoming, '$decisionId')),
      header: project.dataset.header,
    }),
    retryOnServiceExceptions: false,
    taskTimeout: FUNCTION_TIMEOUT,
    comment: 'The rule of uploads starts the training: settled, inspected and claimed as any other',
    assign: {
      dataset: jsonata(
        `{"key": ${key}, "versionId": ${versionId}, "id": ${datasetIdOf(quote(bucket.bucketName), key, versionId)}}`,
      ),
    },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
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
export function allowReading({ bucket }: ProjectResources): PolicyStatement[] {
  return [
    new PolicyStatement({
      // Without it S3 answers 403 instead of 404 for an outcome that is not there yet.
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
    }),
  ];
}
