import type { Call, Operation, Permission } from '../../cloud/service.ts';
import { InvalidArgument, KeyTooLong } from './errors.ts';
import { KEY_LIMIT_BYTES } from './limits.ts';
import { type S3State, SEPARATOR } from './state.ts';

/** One S3 operation; `state` is everything S3 has. */
export interface S3Operation<Input, Output> {
  permissions(input: Input): readonly Permission[];
  run(state: S3State, input: Input, call: Call): Output | Promise<Output>;
}

/** Ties an operation to its state, as the cloud's door calls it. */
export function bind<Input, Output>(
  state: S3State,
  operation: S3Operation<Input, Output>,
): Operation<Input, Output> {
  return {
    permissions: (input) => operation.permissions(input),
    run: (input, call) => operation.run(state, input, call),
  };
}

export interface BucketInput {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export interface ObjectInput extends BucketInput {
  readonly Key: string | undefined;
}

export function onBucket(action: string): (input: BucketInput) => readonly Permission[] {
  return (input) => [{ action: `s3:${action}`, resource: bucketArn(input.Bucket) }];
}

export function onObject(action: string): (input: ObjectInput) => readonly Permission[] {
  return (input) => [{ action: `s3:${action}`, resource: objectArn(input.Bucket, input.Key) }];
}

export function bucketArn(bucket: string | undefined): string {
  return `arn:aws:s3:::${bucket ?? ''}`;
}

export function objectArn(bucket: string | undefined, key: string | undefined): string {
  return `arn:aws:s3:::${bucket ?? ''}/${key ?? ''}`;
}

/** @throws KeyTooLong, InvalidArgument */
export function checkedKey(key: string | undefined): string {
  if (key === undefined || key === '') {
    throw new InvalidArgument('Object key must not be empty', 'key', '');
  }
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > KEY_LIMIT_BYTES) throw new KeyTooLong(sizeBytes, KEY_LIMIT_BYTES);
  if (key.includes(SEPARATOR)) {
    throw new InvalidArgument('stepmill cannot store keys that hold NUL characters', 'key', key);
  }
  return key;
}
