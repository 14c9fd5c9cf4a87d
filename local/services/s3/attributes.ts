import {
  InvalidArgument,
  InvalidRedirectLocation,
  InvalidStorageClass,
  MetadataTooLarge,
} from './errors.ts';
import { METADATA_LIMIT_BYTES, REDIRECT_LOCATION_LIMIT_BYTES } from './limits.ts';
import type { Bucket, Encryption, ObjectHeaders, Tag } from './state.ts';
import { parseTagging } from './tags.ts';

/** The storage classes of general purpose buckets; the model also has those of other bucket types. */
const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]);

/** Objects in these classes can be read only after RestoreObject. */
export const ARCHIVE_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** The members that PutObject, CopyObject and CreateMultipartUpload share. */
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

/** The attributes that are stored with an object. */
export interface Attributes {
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly tags: readonly Tag[];
}

/** @throws MetadataTooLarge, InvalidTag, InvalidArgument, InvalidStorageClass */
export function readAttributes(input: AttributesInput, bucket: Bucket): Attributes {
  if (input.SSECustomerAlgorithm !== undefined) {
    throw new InvalidArgument(
      'stepmill does not have encryption with customer-provided keys. Nothing was stored.',
      'x-amz-server-side-encryption-customer-algorithm',
      input.SSECustomerAlgorithm,
    );
  }
  checkRedirectLocation(input.WebsiteRedirectLocation);
  return {
    headers: readHeaders(input),
    metadata: readMetadata(input.Metadata),
    storageClass: readStorageClass(input.StorageClass),
    encryption: readEncryption(input, bucket),
    tags: parseTagging(input.Tagging),
  };
}

/** The value is stored and returned; this runtime serves no websites. @throws InvalidRedirectLocation */
function checkRedirectLocation(location: string | undefined): void {
  if (location === undefined) return;
  if (!/^(?:https?:\/)?\//.test(location)) {
    throw new InvalidRedirectLocation(
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    );
  }
  if (Buffer.byteLength(location) > REDIRECT_LOCATION_LIMIT_BYTES) {
    throw new InvalidRedirectLocation(
      `The length of website redirect location cannot exceed ${REDIRECT_LOCATION_LIMIT_BYTES.toLocaleString('en-US')} characters.`,
    );
  }
}

function readStorageClass(asked = 'STANDARD'): string {
  if (!STORAGE_CLASSES.has(asked)) throw new InvalidStorageClass(asked);
  return asked;
}

const HEADER_NAMES = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
  'WebsiteRedirectLocation',
] as const;

function readHeaders(input: AttributesInput): ObjectHeaders {
  const given = HEADER_NAMES.flatMap((name) =>
    input[name] === undefined || input[name] === '' ? [] : [[name, input[name]] as const],
  );
  // S3's default if the request has none.
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

/** The request's encryption, else the bucket's default, else S3's own keys, as on AWS since 2023. */
function readEncryption(input: AttributesInput, bucket: Bucket): Encryption {
  const configured = bucket.configurations['encryption'] as
    | { readonly Rules?: readonly EncryptionRule[] }
    | undefined;
  const rule = configured?.Rules?.[0];
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  const algorithm = input.ServerSideEncryption ?? byDefault?.SSEAlgorithm ?? 'AES256';
  if (input.SSEKMSKeyId !== undefined && input.ServerSideEncryption?.startsWith('aws:kms') !== true)
    throw new InvalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      'x-amz-server-side-encryption',
      input.ServerSideEncryption,
    );
  if (!algorithm.startsWith('aws:kms')) return { ServerSideEncryption: algorithm };
  // A request that names the algorithm and no key gets the key of S3, and not the bucket's:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
  const isAsked = input.ServerSideEncryption !== undefined;
  const key = input.SSEKMSKeyId ?? (isAsked ? undefined : byDefault?.KMSMasterKeyID);
  const bucketKey = input.BucketKeyEnabled ?? rule?.BucketKeyEnabled;
  return {
    ServerSideEncryption: algorithm,
    ...(key === undefined ? {} : { SSEKMSKeyId: key }),
    ...(bucketKey === undefined ? {} : { BucketKeyEnabled: bucketKey }),
  };
}
