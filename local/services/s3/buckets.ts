import type {
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  DeleteBucketCommandInput,
  GetBucketLocationCommandInput,
  GetBucketLocationCommandOutput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
} from '@aws-sdk/client-s3';
import {
  BucketAlreadyOwnedByYou,
  BucketNotEmpty,
  IllegalLocationConstraint,
  InvalidBucketName,
} from './errors.ts';
import { ownerOf } from './list-objects.ts';
import { bucketArn, onBucket, type S3Operation } from './operation.ts';

export const createBucket: S3Operation<CreateBucketCommandInput, CreateBucketCommandOutput> = {
  permissions: onBucket('CreateBucket'),
  run(state, input) {
    const name = checkedName(input.Bucket);
    const { region } = state.cloud;
    const asked: string | undefined = input.CreateBucketConfiguration?.LocationConstraint;
    if (asked !== undefined && asked !== region) throw new IllegalLocationConstraint(asked, region);
    const output = { Location: `/${name}`, BucketArn: bucketArn(name), $metadata: {} };
    if (state.buckets.has(name)) {
      // AWS's: only in us-east-1 making one's own bucket again succeeds.
      if (region === 'us-east-1') return output;
      throw new BucketAlreadyOwnedByYou(name);
    }
    const ownership =
      input.ObjectOwnership === undefined
        ? {}
        : { ownershipControls: { Rules: [{ ObjectOwnership: input.ObjectOwnership }] } };
    const bucket = { name, createdAt: state.now(), region, configurations: ownership };
    state.buckets.put(name, bucket);
    return output;
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkedName(name = ''): string {
  const isValid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3)$/.test(name);
  if (!isValid) throw new InvalidBucketName(name);
  return name;
}

export const deleteBucket: S3Operation<DeleteBucketCommandInput, { readonly $metadata: object }> = {
  permissions: onBucket('DeleteBucket'),
  run(state, input) {
    const { name, versioning } = state.bucket(input);
    for (const _version of state.versions.entries({ prefix: `${name}/`, limit: 1 })) {
      throw new BucketNotEmpty(name, versioning !== undefined);
    }
    for (const [key, upload] of Array.from(state.uploads.entries({ prefix: `${name}/` }))) {
      for (const [partKey, part] of Array.from(
        state.parts.entries({ prefix: `${upload.uploadId}/` }),
      )) {
        state.parts.delete(partKey);
        state.contents.remove([part.segment]);
      }
      state.uploads.delete(key);
    }
    state.buckets.delete(name);
    return { $metadata: {} };
  },
};

export const headBucket: S3Operation<HeadBucketCommandInput, HeadBucketCommandOutput> = {
  permissions: onBucket('ListBucket'),
  run(state, input) {
    const { name, region } = state.bucket(input);
    return { BucketRegion: region, BucketArn: bucketArn(name), $metadata: {} };
  },
};

export const listBuckets: S3Operation<ListBucketsCommandInput, ListBucketsCommandOutput> = {
  permissions: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  run(state, input) {
    const limit = input.MaxBuckets ?? 10_000;
    const after = input.ContinuationToken;
    const found = [
      ...state.buckets.entries({
        prefix: input.Prefix ?? '',
        ...(after === undefined ? {} : { after }),
        limit: limit + 1,
      }),
    ].map(([, bucket]) => bucket);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      Owner: ownerOf(state),
      Buckets: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdAt),
        BucketRegion: bucket.region,
        BucketArn: bucketArn(bucket.name),
      })),
      ...(input.Prefix === undefined ? {} : { Prefix: input.Prefix }),
      ...(found.length > page.length && last !== undefined ? { ContinuationToken: last.name } : {}),
      $metadata: {},
    };
  },
};

export const getBucketLocation: S3Operation<
  GetBucketLocationCommandInput,
  GetBucketLocationCommandOutput
> = {
  permissions: onBucket('GetBucketLocation'),
  run(state, input) {
    const { region } = state.bucket(input);
    // AWS's: us-east-1 has no name here.
    return {
      ...(region === 'us-east-1' ? {} : { LocationConstraint: region as 'eu-west-1' }),
      $metadata: {},
    };
  },
};
