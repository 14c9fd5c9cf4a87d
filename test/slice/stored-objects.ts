import {
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { Connection } from '../../cli/connection/connection.ts';
import type { ProjectResources } from '../../cli/project/project-resources.ts';

/**
 * The objects of a bucket that are not under its own key, with the key of each. Jobs of SageMaker take `aws/s3` where
 * their request names no key.
 *
 * @throws if the bucket has no key, or no objects
 */
export async function objectsUnderOtherKeys(
  { s3 }: Connection,
  { bucket: Bucket }: ProjectResources,
): Promise<readonly string[]> {
  const { ServerSideEncryptionConfiguration } = await s3.send(
    new GetBucketEncryptionCommand({ Bucket }),
  );
  const rule = ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const key = rule?.KMSMasterKeyID ?? '';
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  if (!key.includes(':key/') || Contents.length === 0) {
    throw new Error(`${Bucket} has ${Contents.length} objects, and the key '${key}'.`);
  }
  const others: string[] = [];
  for (const { Key = '' } of Contents) {
    const { SSEKMSKeyId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    if (SSEKMSKeyId !== key) others.push(`${Key}: ${SSEKMSKeyId}`);
  }
  return others;
}
