import { Duration } from 'aws-cdk-lib';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { jsonata, quote } from '../jsonata.ts';
import type { FolderHandlers, ProjectResources } from '../project-resources.ts';
import { noShortage, retryFunction } from '../tasks/index.ts';

/** Lambda's own limit; ten thousand files take minutes. */
const FOLDER_TIMEOUT = Duration.minutes(15);

const input = '$states.context.Execution.Input';
const payload = '$states.result.Payload';

/** Finds out which versions of which files the folder held when it was closed, and identifies the dataset by them. */
export function closeFolder(
  scope: Construct,
  resources: ProjectResources,
  { close }: FolderHandlers,
): LambdaInvoke {
  const { bucket, keys, project } = resources;
  const { marker, settleSeconds } = project.dataset;
  const task = LambdaInvoke.jsonata(scope, 'Close folder', {
    lambdaFunction: close,
    comment: 'Later changes of the folder are no part of the dataset',
    payload: TaskInput.fromObject({
      trigger: {
        bucket: bucket.bucketName,
        key: jsonata('$dataset.key'),
        versionId: jsonata('$dataset.versionId'),
      },
      incoming: keys.incoming,
      runs: keys.runs,
      ...(marker === undefined ? {} : { marker }),
      settleSeconds,
      settings: jsonata(`$exists(${input}.settings) ? $string(${input}.settings) : ""`),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(FOLDER_TIMEOUT),
    assign: {
      closing: jsonata(payload),
      dataset: jsonata(renderDataset(resources)),
      inspection: jsonata(
        `${payload}.outcome = "rejected" ? {"accepted": false, "reason": ${payload}.reason, "problems": []} : {}`,
      ),
    },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

/** Until the folder is closed, the dataset has the identity of the upload. */
function renderDataset({ bucket, keys }: ProjectResources): string {
  return `${payload}.outcome = "closed" ? (
  $folder := ${quote(keys.runs)} & ${payload}.id & "/";
  {
    "id": ${payload}.id,
    "key": ${payload}.folder,
    "versionId": $dataset.versionId,
    "folder": $folder,
    "uri": ${quote(`s3://${bucket.bucketName}/`)} & $folder
  }
) : $dataset`;
}

export const isClosed = when('$closing.outcome = "closed"');

/** A newer file closes the folder, or will. */
export const isSuperseded = when('$closing.outcome = "superseded"');

/** Where the files of the folder are listed. */
export function folderFiles({ bucket }: ProjectResources): Readonly<Record<string, string>> {
  return { bucket: bucket.bucketName, key: jsonata('$dataset.folder & "files.json"') };
}

/** Copies the very versions that were inspected below the run: a job's input is a prefix, which can name no version. */
export function keepFolder(
  scope: Construct,
  resources: ProjectResources,
  { keep }: FolderHandlers,
): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, 'Keep dataset', {
    lambdaFunction: keep,
    comment: 'What is trained on cannot change any more',
    payload: TaskInput.fromObject({
      files: folderFiles(resources),
      to: {
        bucket: resources.bucket.bucketName,
        prefix: jsonata('$dataset.folder & "dataset/"'),
      },
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(FOLDER_TIMEOUT),
    assign: noShortage,
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}
