import { Duration } from 'aws-cdk-lib';
import { Pass, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { DatasetContract } from '../../events/index.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { when } from '../small-states.ts';
import { callService, noShortage, retryFunction } from '../tasks/index.ts';

/** Inspection streams the whole dataset; Lambda's own limit. */
const INSPECTION_TIMEOUT = Duration.minutes(15);

/** The version that was uploaded, in every state. */
const upload = '$states.context.Execution.Input.object';
const uploadBucket = '$states.context.Execution.Input.bucket';
const uploadVersion = `${upload}.\`version-id\``;

/** 32 hexadecimal digits that only this version of this object has. */
const uploadId = `$substring($hash(${uploadBucket} & "\\n" & ${upload}.key & "\\n" & ${uploadVersion}, "SHA-256"), 0, 32)`;

/** Assigns the variable that every later state works with. */
export function identifyDataset(scope: Construct, { keys }: ProjectResources): Pass {
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
    },
    outputs: {},
  });
}

/** Which version the key holds now. */
export function lookForNewerData(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Look for newer data', {
    service: 's3',
    action: 'headObject',
    iamAction: 's3:GetObject',
    resources: [resources.bucket.arnForObjects(`${resources.keys.incoming}*`)],
    arguments: { Bucket: resources.bucket.bucketName, Key: jsonata('$dataset.key') },
    assign: { newestVersionId: jsonata('$states.result.VersionId') },
  });
}

/** Whether no newer version arrived while the burst settled. */
export const isNewest = when('$newestVersionId = $dataset.versionId');

/** Where it is recorded that a dataset was refused. */
export function quarantineKey({ keys }: ProjectResources): string {
  return `${quote(keys.quarantine)} & $dataset.id & ".json"`;
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
      sources: [
        {
          bucket: resources.bucket.bucketName,
          key: jsonata('$dataset.key'),
          versionId: jsonata('$dataset.versionId'),
        },
      ],
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

/** Whether the dataset is what the project says. */
export const isUsable = when('$inspection.accepted');

/** The manifest's word for the project's dataset. */
function contractOf({ project }: ProjectResources): DatasetContract {
  const { columns, label, header, delimiter, lineEnds, byteOrderMark, minimumRows } =
    project.dataset;
  // Undefined members vanish, as they do in the definition's JSON.
  return JSON.parse(
    JSON.stringify({ columns, label, header, delimiter, lineEnds, byteOrderMark, minimumRows }),
  ) as DatasetContract;
}

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
