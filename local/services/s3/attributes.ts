import { InvalidArgument, InvalidTag, MetadataTooLarge } from './errors.ts';
import {
  METADATA_LIMIT_BYTES,
  OBJECT_TAGS_LIMIT,
  TAG_KEY_LIMIT_CHARACTERS,
  TAG_VALUE_LIMIT_CHARACTERS,
} from './limits.ts';
import type { Bucket, Encryption, ObjectHeaders, Tag } from './state.ts';

/** What PutObject, CopyObject and CreateMultipartUpload take alike. */
export interface AttributesInput {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly StorageClass?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
}

/** What is kept of them. */
export interface Attributes {
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly tags: readonly Tag[];
}

/** @throws MetadataTooLarge, InvalidTag, InvalidArgument */
export function readAttributes(input: AttributesInput, bucket: Bucket): Attributes {
  if (input.SSECustomerAlgorithm !== undefined) {
    throw new InvalidArgument(
      'stepmill does not have encryption with customer-provided keys. Nothing was stored.',
      'x-amz-server-side-encryption-customer-algorithm',
      input.SSECustomerAlgorithm,
    );
  }
  return {
    headers: readHeaders(input),
    metadata: readMetadata(input.Metadata),
    storageClass: input.StorageClass ?? 'STANDARD',
    encryption: readEncryption(input, bucket),
    tags: parseTagging(input.Tagging),
  };
}

const headerNames = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
  'WebsiteRedirectLocation',
] as const;

function readHeaders(input: AttributesInput): ObjectHeaders {
  const given = headerNames.flatMap((name) =>
    input[name] === undefined || input[name] === '' ? [] : [[name, input[name]] as const],
  );
  // S3's default where none was sent.
  return { ContentType: 'binary/octet-stream', ...Object.fromEntries(given) };
}

function readMetadata(
  metadata: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const entries = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]);
  const sizeBytes = entries.flat().reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  if (sizeBytes > METADATA_LIMIT_BYTES) throw new MetadataTooLarge(sizeBytes, METADATA_LIMIT_BYTES);
  return Object.fromEntries(entries) as Record<string, string>;
}

interface EncryptionRule {
  readonly ApplyServerSideEncryptionByDefault?: {
    readonly SSEAlgorithm?: string;
    readonly KMSMasterKeyID?: string;
  };
  readonly BucketKeyEnabled?: boolean;
}

/** The request's, else the bucket's default, else S3's own keys, as AWS does since 2023. */
function readEncryption(input: AttributesInput, bucket: Bucket): Encryption {
  const configured = bucket.configurations['encryption'] as
    | { readonly Rules?: readonly EncryptionRule[] }
    | undefined;
  const rule = configured?.Rules?.[0];
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  const algorithm = input.ServerSideEncryption ?? byDefault?.SSEAlgorithm ?? 'AES256';
  if (!algorithm.startsWith('aws:kms')) return { ServerSideEncryption: algorithm };
  const key = input.SSEKMSKeyId ?? byDefault?.KMSMasterKeyID;
  const bucketKey = input.BucketKeyEnabled ?? rule?.BucketKeyEnabled;
  return {
    ServerSideEncryption: algorithm,
    ...(key === undefined ? {} : { SSEKMSKeyId: key }),
    ...(bucketKey === undefined ? {} : { BucketKeyEnabled: bucketKey }),
  };
}

/** Tags as a header carries them: `a=1&b=2`. */
export function parseTagging(tagging: string | undefined): readonly Tag[] {
  if (tagging === undefined || tagging === '') return [];
  const tags = [...new URLSearchParams(tagging)].map(([Key, Value]) => ({ Key, Value }));
  return checkedTags(tags, OBJECT_TAGS_LIMIT);
}

/** @throws InvalidTag */
export function checkedTags(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
  limit: number,
): readonly Tag[] {
  if (tags.length > limit) throw new InvalidTag(`Object tags cannot be greater than ${limit}`);
  const checked = tags.map(({ Key = '', Value = '' }) => {
    if (Key.length < 1 || Key.length > TAG_KEY_LIMIT_CHARACTERS) {
      throw new InvalidTag('The TagKey you have provided is invalid');
    }
    if (Value.length > TAG_VALUE_LIMIT_CHARACTERS) {
      throw new InvalidTag('The TagValue you have provided is invalid');
    }
    return { Key, Value };
  });
  if (new Set(checked.map((tag) => tag.Key)).size < checked.length) {
    throw new InvalidTag('Cannot provide multiple Tags with the same key');
  }
  return checked;
}
