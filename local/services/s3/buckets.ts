import {
  BucketLocationConstraint,
  type CreateBucketCommandInput,
  type CreateBucketCommandOutput,
  type DeleteBucketCommandInput,
  type GetBucketLocationCommandInput,
  type GetBucketLocationCommandOutput,
  type HeadBucketCommandInput,
  type HeadBucketCommandOutput,
  type ListBucketsCommandInput,
  type ListBucketsCommandOutput,
  type S3,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import { OBJECT_OWNERSHIPS } from './bucket-configurations.ts';
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  BucketNotEmpty,
  IllegalLocationConstraint,
  InvalidArgument,
  InvalidBucketName,
  InvalidLocationConstraint,
} from './errors.ts';
import { ownerOf, readToken, writeToken } from './list-objects.ts';
import { bucketArn, onBucket } from './operation.ts';
import { ownerOfBucket } from './owner.ts';
import type { S3State } from './state.ts';
import { checkedCreationTags } from './tags.ts';

/** Buckets. */
export const bucketOperations: OperationTable<S3, S3State> = {
  CreateBucket: {
    permissions: onBucket('CreateBucket'),
    run: (input: CreateBucketCommandInput, state) => createBucket(state, input),
  },
  DeleteBucket: {
    permissions: onBucket('DeleteBucket'),
    run: (input: DeleteBucketCommandInput, state) => deleteBucket(state, input),
  },
  HeadBucket: {
    readOnly: true,
    permissions: onBucket('ListBucket'),
    run: (input: HeadBucketCommandInput, state) => headBucket(state, input),
  },
  ListBuckets: {
    readOnly: true,
    permissions: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
    run: (input: ListBucketsCommandInput, state) => listBuckets(state, input),
  },
  GetBucketLocation: {
    readOnly: true,
    permissions: onBucket('GetBucketLocation'),
    run: (input: GetBucketLocationCommandInput, state) => getBucketLocation(state, input),
  },
};

function createBucket(state: S3State, input: CreateBucketCommandInput): CreateBucketCommandOutput {
  const name = checkedName(input.Bucket);
  const { region } = state.cloud;
  checkLocation(input.CreateBucketConfiguration?.LocationConstraint, region);
  const ownership = ownershipOf(input.ObjectOwnership);
  const tags = checkedCreationTags(input.CreateBucketConfiguration?.Tags ?? []);
  const output = { Location: `/${name}`, BucketArn: bucketArn(name), $metadata: {} };
  if (state.buckets.has(name)) {
    // As on AWS, creating one's own bucket again succeeds only in us-east-1.
    if (region === 'us-east-1' && tags.length === 0) return output;
    throw new BucketAlreadyOwnedByYou(name);
  }
  const owner = ownerOfBucket(state.cloud, name)?.cloud;
  if (owner?.accountId === state.cloud.accountId) throw new BucketAlreadyOwnedByYou(name);
  if (owner !== undefined) throw new BucketAlreadyExists(name);
  const tagging = tags.length === 0 ? {} : { tagging: { TagSet: tags } };
  const configurations = { publicAccessBlock: PRIVATE, ...ownership, ...tagging };
  const bucket = { name, createdAt: state.now(), region, configurations };
  state.buckets.put(name, bucket);
  return output;
}

const NAMELESS_REGION = 'us-east-1';

/** The regions of the API model. */
const REGIONS: ReadonlySet<string> = new Set([
  NAMELESS_REGION,
  ...Object.values(BucketLocationConstraint),
]);

/** The default of new buckets since April 2023, with ACLs disabled: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html */
const PRIVATE = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const;

/** @throws InvalidLocationConstraint, IllegalLocationConstraint */
function checkLocation(asked: string | undefined, region: string): void {
  if (asked === undefined || asked === '') {
    if (region !== NAMELESS_REGION) throw new IllegalLocationConstraint('unspecified');
    return;
  }
  if (region === NAMELESS_REGION && (asked === NAMELESS_REGION || !REGIONS.has(asked))) {
    throw new InvalidLocationConstraint(asked);
  }
  if (asked !== region) throw new IllegalLocationConstraint(asked);
}

function ownershipOf(asked = 'BucketOwnerEnforced'): object {
  if (!OBJECT_OWNERSHIPS.has(asked)) {
    throw new InvalidArgument(
      `Invalid x-amz-object-ownership header: ${asked}`,
      'x-amz-object-ownership',
    );
  }
  return { ownershipControls: { Rules: [{ ObjectOwnership: asked }] } };
}

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

function deleteBucket(
  state: S3State,
  input: DeleteBucketCommandInput,
): { readonly $metadata: object } {
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
}

function headBucket(state: S3State, input: HeadBucketCommandInput): HeadBucketCommandOutput {
  const { name, region } = state.bucket(input);
  return { BucketRegion: region, BucketArn: bucketArn(name), $metadata: {} };
}

function listBuckets(state: S3State, input: ListBucketsCommandInput): ListBucketsCommandOutput {
  const { BucketRegion: wanted } = input;
  if (wanted !== undefined && (wanted === 'EU' || !REGIONS.has(wanted))) {
    throw new InvalidArgument(
      `Argument value ${wanted} is not a valid AWS Region`,
      'bucket-region',
    );
  }
  const limit = input.MaxBuckets ?? 10_000;
  const after = input.ContinuationToken ? readToken(input.ContinuationToken) : undefined;
  const found = [
    ...state.buckets.entries({
      prefix: input.Prefix ?? '',
      ...(after === undefined ? {} : { after }),
    }),
  ]
    .map(([, bucket]) => bucket)
    .filter((bucket) => wanted === undefined || bucket.region === wanted);
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
    ...(found.length > page.length && last !== undefined
      ? { ContinuationToken: writeToken(last.name) }
      : {}),
    $metadata: {},
  };
}

function getBucketLocation(
  state: S3State,
  input: GetBucketLocationCommandInput,
): GetBucketLocationCommandOutput {
  const { region } = state.bucket(input);
  // As on AWS, us-east-1 has no name here.
  return {
    ...(region === 'us-east-1' ? {} : { LocationConstraint: region as 'eu-west-1' }),
    $metadata: {},
  };
}
