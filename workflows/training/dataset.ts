import { Duration } from 'aws-cdk-lib';
import { Pass, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { contractOf } from '../dataset-contract.ts';
import { datasetIdOf } from '../dataset-id.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { callService, noShortage, retryFunction } from '../tasks/index.ts';
import { folderFiles } from './folder.ts';

/** Inspection streams the whole dataset; Lambda's own limit. */
const INSPECTION_TIMEOUT = Duration.minutes(15);

/** The version that was uploaded, in every state. */
const upload = '$states.context.Execution.Input.object';
const uploadBucket = '$states.context.Execution.Input.bucket';
const uploadVersion = `${upload}.\`version-id\``;

/** What a person set for this run; nothing where an upload started it. */
const givenSettings = '$states.context.Execution.Input.settings';
const settingsText = `($exists(${givenSettings}) ? "\\n" & $string(${givenSettings}) : "")`;

/** 32 hexadecimal digits that only this version of this object has, trained on with these settings. */
const uploadId = datasetIdOf(uploadBucket, `${upload}.key`, uploadVersion, settingsText);

/** Assigns the variable that every later state works with. */
export function identifyDataset(scope: Construct, resources: ProjectResources): Pass {
  const { keys } = resources;
  return Pass.jsonata(scope, 'Identify dataset', {
    comment: 'Both deliveries of an event that comes twice find the same id',
    assign: {
      dataset: jsonata(`(
  $id := ${uploadId};
  $folder := ${quote(keys.runs)} & $id & "/";
  {
    "id": $id,
    "key": ${upload}.key,
    "versionId": ${uploadVersion},
    "folder": $folder,
    "uri": "s3://" & ${uploadBucket} & "/" & $folder
  }
)`),
      settings: jsonata(renderSettings(resources)),
    },
    outputs: {},
  });
}

/** The algorithm and the hyperparameters of this run: the project's, but for what was set for it. */
function renderSettings({ project: { training } }: ProjectResources): string {
  const own = {
    ...(training.algorithm === undefined ? {} : { algorithm: training.algorithm }),
    hyperparameters: textsOf(training.hyperparameters),
  };
  return `(
  $own := ${JSON.stringify(own)};
  $given := $exists(${givenSettings}) ? ${givenSettings} : {};
  $changed := $exists($given.algorithm) and $given.algorithm != $own.algorithm;
  $merge([
    $own,
    $given,
    {"hyperparameters": $merge([$changed ? {} : $own.hyperparameters, $given.hyperparameters])}
  ])
)`;
}

/** SageMaker takes texts only. */
function textsOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}

/** Which version the key holds now. */
export function lookForNewerData(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Look for newer data', {
    service: 's3',
    action: 'headObject',
    iamAction: 's3:GetObject',
    resources: uploadArns(resources),
    arguments: { Bucket: resources.bucket.bucketName, Key: jsonata('$dataset.key') },
    assign: { newestVersionId: jsonata('$states.result.VersionId') },
  });
}

/** What a training may read as its upload. */
export function uploadArns({ bucket, keys, triesReferences = false }: ProjectResources): string[] {
  const prefixes = triesReferences ? [keys.incoming, keys.reference] : [keys.incoming];
  return prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
}

/** Whether no newer version arrived while the burst settled. */
export const isNewest = when('$newestVersionId = $dataset.versionId');

/** Where it is recorded that a dataset was refused. */
export function quarantineKey({ keys }: ProjectResources): string {
  return `${quote(keys.quarantine)} & $dataset.id & ".json"`;
}

/** The same as a URI. */
export function quarantineUri(resources: ProjectResources): string {
  return `${quote(`s3://${resources.bucket.bucketName}/`)} & ${quarantineKey(resources)}`;
}

/**
 * Reads the dataset as a stream and writes the manifest, or the record of what is wrong: values of
 * refused rows pass through no state, so that they are in no history.
 */
export function inspectDataset(scope: Construct, resources: ProjectResources): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, 'Inspect dataset', {
    lambdaFunction: resources.inspectDataset,
    payload: TaskInput.fromObject({
      project: resources.project.name,
      datasetId: jsonata('$dataset.id'),
      contract: contractOf(resources),
      ...sourcesOf(resources),
      manifest: {
        bucket: resources.bucket.bucketName,
        key: jsonata('$dataset.folder & "manifest.json"'),
      },
      record: {
        bucket: resources.bucket.bucketName,
        key: jsonata(quarantineKey(resources)),
      },
      dataset: jsonata('$dataset'),
      execution: jsonata(executionArn),
      requestedAt: jsonata('$states.context.State.EnteredTime'),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(INSPECTION_TIMEOUT),
    assign: { inspection: jsonata('$states.result.Payload') },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

/** What is inspected: the upload, or the files of a folder. */
function sourcesOf(resources: ProjectResources): Readonly<Record<string, unknown>> {
  if (resources.folderHandlers !== undefined) return { files: folderFiles(resources) };
  const source = {
    bucket: resources.bucket.bucketName,
    key: jsonata('$dataset.key'),
    versionId: jsonata('$dataset.versionId'),
  };
  return { sources: [source] };
}

/** Whether the dataset is what the project says. */
export const isUsable = when('$inspection.accepted');

/**
 * Copies the very version that was inspected below the run: a job's input is a prefix, which can
 * name no version and not every key.
 */
export function keepDataset(scope: Construct, resources: ProjectResources): CallAwsService {
  const { bucket, keys } = resources;
  return callService(scope, 'Keep dataset', {
    service: 's3',
    action: 'copyObject',
    iamAction: 's3:PutObject',
    resources: [bucket.arnForObjects(`${keys.runs}*`)],
    comment: 'What is trained on cannot change any more',
    arguments: {
      Bucket: bucket.bucketName,
      Key: jsonata('$dataset.folder & "dataset/data.csv"'),
      CopySource: jsonata(
        `${quote(`${bucket.bucketName}/`)} & $encodeUrlComponent($dataset.key) & "?versionId=" & $encodeUrlComponent($dataset.versionId)`,
      ),
      // The uploader's tags and metadata are not copied: reading tags is another permission.
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ContentType: 'text/csv',
    },
    assign: noShortage,
  });
}
