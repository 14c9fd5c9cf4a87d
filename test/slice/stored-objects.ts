import {
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { Connection } from '../../cli/connection/connection.ts';
import type { ProjectResources } from '../../cli/project/project-resources.ts';

/** Whatever wrote an object, also a job of SageMaker, which takes `aws/s3` where its request names no key, wrote it with the bucket's key. */
export async function expectKeyOfBucket(
  { s3 }: Connection,
  { bucket: Bucket }: ProjectResources,
): Promise<void> {
  const { ServerSideEncryptionConfiguration } = await s3.send(
    new GetBucketEncryptionCommand({ Bucket }),
  );
  const rule = ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const key = rule?.KMSMasterKeyID ?? '';
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const others: string[] = [];
  for (const { Key = '' } of Contents) {
    const { SSEKMSKeyId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    if (SSEKMSKeyId !== key) others.push(`${Key}: ${SSEKMSKeyId}`);
  }
  expect({ key, others }).toEqual({ key: expect.stringContaining(':key/') as unknown, others: [] });
  expect(Contents.length).toBeGreaterThan(0);
}
