import { createHash } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Call } from '../../cloud/service.ts';
import type { Table } from '../../store/index.ts';
import type { ChecksumAlgorithm, ChecksumType, StoredChecksum } from './checksums.ts';
import { Contents, type Segment } from './contents.ts';
import { AccessDenied, InvalidBucketOwner, NoSuchBucket } from './errors.ts';

/** A bucket and everything configured on it, in the form the API takes it. */
export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly region: string;
  /** Never set, `Enabled` or `Suspended`. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly configurations: Readonly<Record<string, unknown>>;
}

/** What is told of an object beside its bytes. */
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
  /** `null` where versioning was not on, as AWS calls it. */
  readonly versionId: string;
  /** Grows with every change in this AWS; newer versions have greater ones. */
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

/** An upload in parts that is not complete. */
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
  /** Where it stands among the changes of objects. */
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

/** The id of what was written without versioning. */
export const NULL_VERSION = 'null';

const VERSION_ID_DIGITS = 32;
const SEQUENCE_DIGITS = 14;
/** The last digits of an id follow from the others, so that an id from elsewhere is known as such. */
const VERSION_CHECK_DIGITS = 8;

/** Keys and version numbers are apart by a character that no key may hold. */
export const SEPARATOR = '\u0000';

/** Everything S3 remembers; the operations' files change it only through here. */
export class S3State {
  readonly cloud: Cloud;
  readonly contents: Contents;
  readonly buckets: Table<Bucket>;
  /** By bucket and key: the version that readers see; keys whose newest version is a delete marker are not in it. */
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
    this.current = cloud.store.table('s3.current', {
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
    });
    this.versions = cloud.store.table('s3.versions', {
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
    });
    this.uploads = cloud.store.table('s3.uploads', {
      uploadId: 'string',
      bucket: 'string',
      key: 'string',
      initiatedAt: 'number',
      headers: 'object',
      metadata: 'object',
      storageClass: 'string',
      encryption: 'object',
      tags: 'list',
    });
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

  /** The time in whole seconds, as S3 keeps it. */
  now(): number {
    return Math.floor(this.cloud.clock.now() / 1000) * 1000;
  }

  nextSequence(): number {
    // Milliseconds in the upper bits, so that it also grows over restarts and stays an exact number.
    this.#sequence = Math.max(this.#sequence + 1, Math.floor(this.cloud.clock.now()) * 1024);
    return this.#sequence;
  }

  /** The version ids of new objects: `null` unless versioning is on. */
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

  /** Enters a version as the newest one; without versioning it takes the place of the one before. */
  add(version: ObjectVersion): void {
    if (version.versionId === 'null') {
      const former = this.version(version.bucket, version.key, 'null');
      if (former !== undefined) this.#drop(former);
    }
    this.versions.put(versionKey(version), version);
    this.#showNewest(version.bucket, version.key);
  }

  /** Changes what is told of a version (its tags, a checksum computed late). */
  replace(version: ObjectVersion): void {
    this.versions.put(versionKey(version), version);
    const key = `${version.bucket}/${version.key}`;
    if (this.current.get(key)?.sequence === version.sequence) this.current.put(key, version);
  }

  /** Lets the uploads in parts to a key know that the key was deleted. */
  noteDeletion(bucket: string, key: string): void {
    const prefix = `${bucket}/${key}${SEPARATOR}`;
    for (const [name, upload] of Array.from(this.uploads.entries({ prefix }))) {
      if (upload.keyWasDeleted !== true) this.uploads.put(name, { ...upload, keyWasDeleted: true });
    }
  }

  /** Removes a version for good. */
  remove(version: ObjectVersion): void {
    this.#drop(version);
    this.#showNewest(version.bucket, version.key);
  }

  /** Publishes an event of an object where the bucket has EventBridge turned on. */
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
    // The bytes go when the removal is on disk: until then a kill would bring the entry back.
    void this.cloud.store.eventuallyCommitted().then(() => this.contents.remove(version.segments));
  }

  #showNewest(bucket: string, key: string): void {
    const newest = this.newestVersion(bucket, key);
    const name = `${bucket}/${key}`;
    if (newest === undefined || newest.isDeleteMarker) this.current.delete(name);
    else this.current.put(name, newest);
  }
}

/** What an event says beside bucket and key. */
export interface EventDetails {
  readonly call: Call;
  readonly object: Readonly<Record<string, unknown>>;
  readonly reason?: string;
  readonly 'deletion-type'?: string;
}

/** Whether a text can be a version id: AWS refuses one that it never gave, whatever the bucket holds. */
export function isVersionId(text: string): boolean {
  if (text === NULL_VERSION) return true;
  const random = text.slice(0, -VERSION_CHECK_DIGITS);
  return text.length === VERSION_ID_DIGITS && text === `${random}${versionCheck(random)}`;
}

/** The place in time that a version id begins with; undefined for what is not one. */
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

/** Where a version stands in the table. */
export function versionKey(version: Pick<ObjectVersion, 'bucket' | 'key' | 'sequence'>): string {
  const falling = hexSequence(Number.MAX_SAFE_INTEGER - version.sequence);
  return `${version.bucket}/${version.key}${SEPARATOR}${falling}`;
}

/** S3's own request ids have 16 capital letters and digits. */
function eventRequestId(requestId: string): string {
  return requestId.replaceAll('-', '').slice(0, 16).toUpperCase();
}

function requesterOf({ principal }: Call, accountId: string): string {
  return principal.kind === 'service' ? principal.service : accountId;
}

function ipv4(address: string | undefined): string {
  return address !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(address) ? address : '127.0.0.1';
}
