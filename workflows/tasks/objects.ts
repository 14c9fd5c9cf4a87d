import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { callService } from './call-service.ts';

interface ObjectProps {
  /** The key, as JSONata. */
  readonly key: string;
  /** The keys that the state may read or write: a prefix with wildcards. */
  readonly pattern: string;
  readonly assign?: Readonly<Record<string, unknown>>;
  readonly comment?: string;
}

/** Reads an object of the project's bucket; `assign` finds its text in `$states.result.Body`. */
export function readObject(
  scope: Construct,
  id: string,
  { bucket }: ProjectResources,
  { key, pattern, ...props }: ObjectProps,
): CallAwsService {
  return callService(scope, id, {
    service: 's3',
    action: 'getObject',
    resources: [bucket.arnForObjects(pattern)],
    arguments: { Bucket: bucket.bucketName, Key: jsonata(key) },
    ...props,
  });
}

/** Writes a record as JSON into the project's bucket. */
export function writeRecord(
  scope: Construct,
  id: string,
  { bucket }: ProjectResources,
  { body, key, pattern, ...props }: ObjectProps & { readonly body: object },
): CallAwsService {
  return callService(scope, id, {
    service: 's3',
    action: 'putObject',
    resources: [bucket.arnForObjects(pattern)],
    arguments: {
      Bucket: bucket.bucketName,
      Key: jsonata(key),
      ContentType: 'application/json',
      Body: body,
    },
    ...props,
  });
}
