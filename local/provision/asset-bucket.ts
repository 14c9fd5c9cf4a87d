import type { Cloud } from '../cloud/cloud.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { call } from './resource-type.ts';

/** On a bucket that the runtime has made for assets, before the CDK's bootstrap stack did. */
const MARK = 'stepmill:assets';

interface Tagging {
  readonly TagSet: readonly { readonly Key: string }[];
}

/** Makes a bucket for assets, unless it is there. */
export async function createAssetBucket(cloud: Cloud, Bucket: string): Promise<void> {
  try {
    await createBucket(cloud, Bucket);
  } catch (error) {
    if (isOwnBucket(error)) return;
    throw error;
  }
  const Tagging = { TagSet: [{ Key: MARK, Value: 'true' }] };
  await call({ cloud }, 's3', 'PutBucketTagging', { Bucket, Tagging });
}

/**
 * Makes the bucket of a template. Where the runtime has made it for assets, the stack takes it over, so that
 * `cdk bootstrap` works after a start, too.
 *
 * @returns whether it is new
 */
export async function createTemplateBucket(cloud: Cloud, Bucket: string): Promise<boolean> {
  try {
    await createBucket(cloud, Bucket);
    return true;
  } catch (error) {
    if (!isOwnBucket(error) || !(await isAssetBucket(cloud, Bucket))) throw error;
    await call({ cloud }, 's3', 'DeleteBucketTagging', { Bucket });
    return false;
  }
}

function createBucket(cloud: Cloud, Bucket: string): Promise<unknown> {
  const CreateBucketConfiguration =
    cloud.region === 'us-east-1' ? undefined : { LocationConstraint: cloud.region };
  return call({ cloud }, 's3', 'CreateBucket', { Bucket, CreateBucketConfiguration });
}

async function isAssetBucket(cloud: Cloud, Bucket: string): Promise<boolean> {
  try {
    const { TagSet } = await call<Tagging>({ cloud }, 's3', 'GetBucketTagging', { Bucket });
    return TagSet.some(({ Key }) => Key === MARK);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'NoSuchTagSet') return false;
    throw error;
  }
}

function isOwnBucket(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'BucketAlreadyOwnedByYou';
}
