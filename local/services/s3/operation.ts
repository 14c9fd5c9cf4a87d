import type { Permission } from '../../cloud/service.ts';
import { InvalidArgument, KeyTooLong } from './errors.ts';
import { KEY_LIMIT_BYTES } from './limits.ts';
import { SEPARATOR } from './state.ts';

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
