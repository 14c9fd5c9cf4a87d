import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import {
  DynamoAttributeValue,
  DynamoPutItem,
  LambdaInvoke,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Project, Retraining } from '../../definition/index.ts';
import { limitToKeys } from '../claim/limit-to-keys.ts';
import { contractOf } from '../dataset-contract.ts';
import { datasetIdOf } from '../dataset-id.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources, RetrainingResources } from '../project-resources.ts';
import { retryFunction, retryItemCall } from '../tasks/index.ts';
import { FUNCTION_TIMEOUT } from './facts.ts';
import { text } from './request.ts';
import { runItem, uploadKeyOf, uploadsOf } from './run-item.ts';

/** After which DynamoDB may forget which dataset a decision made; a training takes days, and cool-downs a month at most. */
const EXPIRES_AFTER = Duration.days(400);

/**
 * Writes the rows that are trained on where a person would upload them: those of the live model, and the new ones behind
 * them; or the new ones alone.
 */
export function uploadDataset(
  scope: Construct,
  resources: ProjectResources,
  { combineDatasets, settings }: RetrainingResources,
): LambdaInvoke {
  const { bucket, project } = resources;
  const task = LambdaInvoke.jsonata(scope, 'Upload dataset', {
    lambdaFunction: combineDatasets,
    payload: TaskInput.fromObject({
      bucket: bucket.bucketName,
      ...sourcesOf(project, settings),
      ...targetOf(resources),
      header: project.dataset.header,
      ...labelColumnOf(resources),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: FUNCTION_TIMEOUT,
    comment: 'The rule of uploads starts the training: settled, inspected and claimed as any other',
    assign: { dataset: jsonata(describeUpload(resources)) },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

type Arguments = Readonly<Record<string, unknown>>;

/** The rows of the live model, which may be those of a folder, and the new ones. */
function sourcesOf({ dataset }: Project, { rows }: Retraining): Arguments {
  const fresh = '$rows.dataset.key';
  if (rows === 'new') return { sources: jsonata(`[${fresh}]`) };
  return dataset.layout === 'folder'
    ? { files: jsonata('$package.folder & "files.json"'), sources: jsonata(`[${fresh}]`) }
    : { sources: jsonata(`[$package.folder & "dataset/data.csv", ${fresh}]`) };
}

function targetOf(resources: ProjectResources): Arguments {
  const { layout, marker = '' } = resources.project.dataset;
  const key = uploadKeyOf(uploadsOf(resources), '$decisionId');
  return layout === 'folder'
    ? { target: jsonata(`${key} & "rows.csv"`), marker }
    : { target: jsonata(key) };
}

function labelColumnOf(resources: ProjectResources): Arguments {
  const { columns, delimiter, label, labelColumn } = contractOf(resources);
  return labelColumn === undefined
    ? {}
    : { labelColumn: { name: label, columns: columns.length, delimiter } };
}

/** The dataset as its training will name it. */
function describeUpload(resources: ProjectResources): string {
  const { bucket, project } = resources;
  const { datasetId, key, versionId } = {
    key: '$states.result.Payload.key',
    versionId: '$states.result.Payload.versionId',
    datasetId: '$states.result.Payload.datasetId',
  };
  const isFolder = project.dataset.layout === 'folder';
  const id = isFolder ? datasetId : datasetIdOf(quote(bucket.bucketName), key, versionId);
  return `{"key": ${key}, "versionId": ${versionId}, "id": ${id}}`;
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
