import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce, writeRecord } from '../tasks/index.ts';
import { quarantineKey } from './dataset.ts';

/** The reason an object that vanished before it was read is refused for. */
export const vanished = {
  accepted: false,
  reason:
    'The object was deleted before it was read. Nothing was trained. Upload it again to train on it.',
  problems: [],
};

/** Records that a dataset vanished; what inspection refuses, it records itself. */
export function recordRejection(scope: Construct, resources: ProjectResources): CallAwsService {
  return writeRecord(scope, 'Quarantine dataset', resources, {
    pattern: `${resources.keys.quarantine}*`,
    comment: 'The record says why; the upload stays where it is',
    key: quarantineKey(resources),
    body: {
      project: resources.project.name,
      dataset: jsonata('$dataset'),
      reason: jsonata('$inspection.reason'),
      problems: jsonata('$inspection.problems'),
      execution: jsonata(executionArn),
      recordedAt: jsonata('$states.context.State.EnteredTime'),
    },
  });
}

/** Notifies the topic of a rejected upload and the reason. */
const describedProblem =
  '$problem.rule & " (" & $string($problem.count) & "): " & $join($problem.examples, "; ")';

export function announceRejection(scope: Construct, resources: ProjectResources): SnsPublish {
  return announce(scope, 'Announce rejection', {
    topic: resources.topic,
    subject: quote(`${resources.names.qualified}: a dataset was rejected`),
    lines: [
      `"Dataset: " & $dataset.key & " (version " & $dataset.versionId & ")"`,
      '"Reason: " & $inspection.reason',
      `$map($inspection.problems, function($problem) { "- " & ${describedProblem} })`,
      `"Record, with the values: s3://${resources.bucket.bucketName}/" & ${quarantineKey(resources)}`,
      `"No job was started. The upload stays; correct the file and upload it again."`,
    ],
  });
}
