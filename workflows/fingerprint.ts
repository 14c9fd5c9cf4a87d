import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from './jsonata.ts';
import type { ProjectResources } from './project-resources.ts';
import { callService } from './tasks/index.ts';

interface Fingerprint {
  /** An expression for the run's folder. */
  readonly folder: string;
  /** The variable that gets the fingerprint. */
  readonly assign: string;
}

/** A hash over the names and entity tags of a run's model archives. */
export function fingerprintArtifacts(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  { folder, assign }: Fingerprint,
): CallAwsService {
  return callService(scope, id, {
    service: 's3',
    action: 'listObjectsV2',
    iamAction: 's3:ListBucket',
    resources: [resources.bucket.bucketArn],
    arguments: {
      Bucket: resources.bucket.bucketName,
      Prefix: jsonata(folder),
      MaxKeys: 200,
    },
    assign: {
      [assign]: jsonata(
        '$hash($join($sort($map($states.result.Contents[$contains(Key, /model\\.tar\\.gz$/)], function($object) { $object.Key & " " & $object.ETag })), "\\n"), "SHA-256")',
      ),
    },
  });
}
