import { createHash } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud.ts';
import { accountOf } from '../../cloud/principal.ts';
import type { Call } from '../../cloud/service.ts';
import type { Table } from '../../store/index.ts';
import type { ChecksumAlgorithm, ChecksumType, StoredChecksum } from './checksums.ts';
import { Contents, type Segment } from './contents.ts';
import { AccessDenied, InvalidBucketOwner, NoSuchBucket } from './errors.ts';

/** A bucket and its configurations, in the form of the API. */
export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly region: string;
  /** Never set, `Enabled` or `Suspended`. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly configurations: Readonly<Record<string, unknown>>;
}

/** The system-defined metadata of an object. */
export interface ObjectHeaders {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
  readonly Expires?: Date;
  readonly WebsiteRedirectLocation?: string;
}

export interface Encryption {
  readonly ServerSideEncryption: string;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  /** The data key, encrypted by KMS, in Base64. */
  readonly dataKey?: string;
}

/** A part of an object that was uploaded in parts. */
export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  readonly checksum?: string;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  /** `null`, as on AWS, if versioning was not enabled. */
  readonly versionId: string;
  /** Rises with every change; newer versions have greater numbers. */
  readonly sequence: number;
  readonly isDeleteMarker: boolean;
  readonly lastModified: number;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly segments: readonly Segment[];
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly checksum?: StoredChecksum;
  readonly parts?: readonly ObjectPart[];
  readonly tags: readonly Tag[];
}

/** A multipart upload in progress. */
export interface Upload {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedAt: number;
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly tags: readonly Tag[];
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
  /** Its position among the changes of objects. */
  readonly sequence?: number;
  /** Since the upload began. */
  readonly keyWasDeleted?: boolean;
}

export interface UploadedPart {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly checksum?: string;
  readonly lastModified: number;
  readonly segment: Segment;
}

/** The version id of an object that was written without versioning. */
export const NULL_VERSION = 'null';

const VERSION_ID_DIGITS = 32;
const SEQUENCE_DIGITS = 14;
/** The last digits are a check of the others, so that a foreign id is recognized. */
const VERSION_CHECK_DIGITS = 8;

/** Separates keys from version numbers; no key can contain it. */
export const SEPARATOR = '\u0000';

const VERSION_MEMBERS = {
  bucket: 'string',
  key: 'string',
  versionId: 'string',
  sequence: 'number',
  isDeleteMarker: 'boolean',
  lastModified: 'number',
  size: 'number',
  etag: 'string',
  segments: 'list',
  headers: 'object',
  metadata: 'object',
  storageClass: 'string',
  encryption: 'object',
  tags: 'list',
} as const;

const UPLOAD_MEMBERS = {
  uploadId: 'string',
  bucket: 'string',
  key: 'string',
  initiatedAt: 'number',
  headers: 'object',
  metadata: 'object',
  storageClass: 'string',
  encryption: 'object',
  tags: 'list',
} as const;

/** What the operations of S3 share. */
export class S3State {
  readonly cloud: Cloud;
  readonly contents: Contents;
  readonly buckets: Table<Bucket>;
  /** By bucket and key: the version that readers see; without keys whose newest version is a delete marker. */
  readonly current: Table<ObjectVersion>;
  /** By bucket, key and falling sequence: all versions, the newest first. */
  readonly versions: Table<ObjectVersion>;
  /** By bucket, key and upload id. */
  readonly uploads: Table<Upload>;
  /** By upload id and part number. */
  readonly parts: Table<UploadedPart>;
  #sequence = 0;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.contents = new Contents(cloud.stateFolder, cloud.random);
    this.buckets = cloud.store.table('s3.buckets', {
      name: 'string',
      createdAt: 'number',
      region: 'string',
      configurations: 'object',
    });
    this.current = cloud.store.table('s3.current', VERSION_MEMBERS);
    this.versions = cloud.store.table('s3.versions', VERSION_MEMBERS);
    this.uploads = cloud.store.table('s3.uploads', UPLOAD_MEMBERS);
    this.parts = cloud.store.table('s3.parts', {
      number: 'number',
      size: 'number',
      etag: 'string',
      lastModified: 'number',
      segment: 'object',
    });
    for (const [, version] of this.versions.entries()) {
      this.#sequence = Math.max(this.#sequence, version.sequence);
    }
  }

  /** @throws NoSuchBucket, InvalidBucketOwner, and AccessDenied when the caller expects another owner */
  bucket(input: {
    readonly Bucket?: string | undefined;
    readonly ExpectedBucketOwner?: string | undefined;
  }): Bucket {
    const name = input.Bucket ?? '';
    const { ExpectedBucketOwner: expected } = input;
    if (expected !== undefined && !/^\d{12}$/.test(expected)) {
      throw new InvalidBucketOwner(expected);
    }
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new NoSuchBucket(name);
    if (expected !== undefined && expected !== this.cloud.accountId) throw new AccessDenied();
    return bucket;
  }

  /** The time in whole seconds, as S3 stores it. */
  now(): number {
    return Math.floor(this.cloud.clock.now() / 1000) * 1000;
  }

  nextSequence(): number {
    // Milliseconds in the upper bits, so that it also rises across restarts and stays an exact number.
    this.#sequence = Math.max(this.#sequence + 1, Math.floor(this.cloud.clock.now()) * 1024);
    return this.#sequence;
  }

  /** The version id of a new object: `null` unless versioning is enabled. */
  newVersionId(bucket: Bucket, sequence: number): string {
    if (bucket.versioning !== 'Enabled') return NULL_VERSION;
    const place = hexSequence(sequence);
    const chance = VERSION_ID_DIGITS - place.length - VERSION_CHECK_DIGITS;
    const id = `${place}${this.cloud.random.hex(chance)}`;
    return `${id}${versionCheck(id)}`;
  }

  /** All versions of a key, the newest first. */
  versionsOf(bucket: string, key: string): readonly ObjectVersion[] {
    const prefix = `${bucket}/${key}${SEPARATOR}`;
    return [...this.versions.entries({ prefix })].map(([, version]) => version);
  }

  newestVersion(bucket: string, key: string): ObjectVersion | undefined {
    const [newest] = this.versions.entries({ prefix: `${bucket}/${key}${SEPARATOR}`, limit: 1 });
    return newest?.[1];
  }

  version(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    const sequence = sequenceOfVersionId(versionId);
    if (sequence !== undefined) {
      const version = this.versions.get(versionKey({ bucket, key, sequence }));
      return version?.versionId === versionId ? version : undefined;
    }
    const prefix = `${bucket}/${key}${SEPARATOR}`;
    for (const [, version] of this.versions.entries({ prefix })) {
      if (version.versionId === versionId) return version;
    }
    return undefined;
  }

  /** Stores a version as the newest one; without versioning it replaces the previous one. */
  add(version: ObjectVersion): void {
    if (version.versionId === 'null') {
      const former = this.version(version.bucket, version.key, 'null');
      if (former !== undefined) this.#drop(former);
    }
    this.versions.put(versionKey(version), version);
    this.#showNewest(version.bucket, version.key);
  }

  /** Changes the metadata of a version: its tags, or a checksum computed later. */
  replace(version: ObjectVersion): void {
    this.versions.put(versionKey(version), version);
    const key = `${version.bucket}/${version.key}`;
    if (this.current.get(key)?.sequence === version.sequence) this.current.put(key, version);
  }

  /** Records in the multipart uploads of a key that the key was deleted. */
  noteDeletion(bucket: string, key: string): void {
    const prefix = `${bucket}/${key}${SEPARATOR}`;
    for (const [name, upload] of Array.from(this.uploads.entries({ prefix }))) {
      if (upload.keyWasDeleted !== true) this.uploads.put(name, { ...upload, keyWasDeleted: true });
    }
  }

  /** Removes a version permanently. */
  remove(version: ObjectVersion): void {
    this.#drop(version);
    this.#showNewest(version.bucket, version.key);
  }

  /** Publishes an event of an object if the bucket has EventBridge enabled. */
  publish(bucket: Bucket, type: string, version: ObjectVersion, details: EventDetails): void {
    const notification = bucket.configurations['notification'] as
      | { readonly EventBridgeConfiguration?: object }
      | undefined;
    if (notification?.EventBridgeConfiguration === undefined) return;
    const { call, object, ...rest } = details;
    this.cloud.publish({
      source: 'aws.s3',
      'detail-type': type,
      resources: [`arn:${this.cloud.partition}:s3:::${bucket.name}`],
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object: {
          key: version.key,
          ...object,
          ...(version.versionId === 'null' ? {} : { 'version-id': version.versionId }),
        },
        'request-id': eventRequestId(call.requestId),
        requester: requesterOf(call, this.cloud.accountId),
        'source-ip-address': ipv4(call.sourceIpAddress),
        ...rest,
      },
    });
  }

  #drop(version: ObjectVersion): void {
    this.versions.delete(versionKey(version));
    if (version.segments.length === 0) return;
    // The bytes are deleted after the removal is on disk: a crash before that would restore the record.
    void this.cloud.store.eventuallyCommitted().then(() => this.contents.remove(version.segments));
  }

  #showNewest(bucket: string, key: string): void {
    const newest = this.newestVersion(bucket, key);
    const name = `${bucket}/${key}`;
    if (newest === undefined || newest.isDeleteMarker) this.current.delete(name);
    else this.current.put(name, newest);
  }
}

/** The members of an event besides bucket and key. */
export interface EventDetails {
  readonly call: Call;
  readonly object: Readonly<Record<string, unknown>>;
  readonly reason?: string;
  readonly 'deletion-type'?: string;
}

/** Whether a text can be a version id: AWS refuses an id that it never issued, for any bucket. */
export function isVersionId(text: string): boolean {
  if (text === NULL_VERSION) return true;
  const random = text.slice(0, -VERSION_CHECK_DIGITS);
  return text.length === VERSION_ID_DIGITS && text === `${random}${versionCheck(random)}`;
}

/** The sequence number in a version id; undefined if the text is not a version id. */
export function sequenceOfVersionId(versionId: string): number | undefined {
  if (versionId === NULL_VERSION || !isVersionId(versionId)) return undefined;
  return Number.parseInt(versionId.slice(0, SEQUENCE_DIGITS), 16);
}

function hexSequence(sequence: number): string {
  return sequence.toString(16).padStart(SEQUENCE_DIGITS, '0');
}

function versionCheck(random: string): string {
  return createHash('sha256').update(random).digest('hex').slice(0, VERSION_CHECK_DIGITS);
}

/** Sequencers are compared as hexadecimal text, padded to the same length. */
export function sequencerOf(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(18, '0');
}

/** The key of a version in the table. */
export function versionKey(version: Pick<ObjectVersion, 'bucket' | 'key' | 'sequence'>): string {
  const falling = hexSequence(Number.MAX_SAFE_INTEGER - version.sequence);
  return `${version.bucket}/${version.key}${SEPARATOR}${falling}`;
}

/** S3's request ids have 16 capital letters and digits. */
function eventRequestId(requestId: string): string {
  return requestId.replaceAll('-', '').slice(0, 16).toUpperCase();
}

function requesterOf({ principal }: Call, accountId: string): string {
  return principal.kind === 'service' ? principal.service : (accountOf(principal) ?? accountId);
}

function ipv4(address: string | undefined): string {
  return address !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(address) ? address : '127.0.0.1';
}
