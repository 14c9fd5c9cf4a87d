import type {
  CopyObjectCommandInput,
  CopyObjectCommandOutput,
  S3,
  UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Call, Permission } from '../../cloud/service.ts';
import { checkAccessControl } from './access-control.ts';
import { ARCHIVE_CLASSES, type Attributes, readAttributes } from './attributes.ts';
import { checksumMembers, parseAlgorithm, type StoredChecksum } from './checksums.ts';
import { checkCopyConditions, checkWriteConditions, checkWriteHeaders } from './conditions.ts';
import type { Segment } from './contents.ts';
import {
  EntityTooLarge,
  InvalidArgument,
  InvalidObjectState,
  InvalidRequest,
  MethodNotAllowed,
} from './errors.ts';
import { findObject } from './find-object.ts';
import { PUT_LIMIT_BYTES } from './limits.ts';
import { isByKms, openDataKey, withDataKey } from './object-keys.ts';
import { checkedKey, objectArn } from './operation.ts';
import { ownerOfBucket } from './owner.ts';
import {
  encryptionMembers,
  etagOf,
  keepOrRemove,
  readVersionMember,
  versionMember,
} from './put-object.ts';
import { type Bucket, type ObjectVersion, type S3State, sequencerOf } from './state.ts';

/** Copying an object. */
export const copyOperations: OperationTable<S3, S3State> = {
  CopyObject: {
    permissions(input: CopyObjectCommandInput) {
      const permissions: Permission[] = [
        ...sourcePermissions(input.CopySource),
        { action: 's3:PutObject', resource: objectArn(input.Bucket, input.Key) },
      ];
      return permissions;
    },
    run: (input: CopyObjectCommandInput, state, call) => copyObject(state, input, call),
  },
};

/** Copies an object. */
async function copyObject(
  state: S3State,
  input: CopyObjectCommandInput,
  call: Call,
): Promise<CopyObjectCommandOutput> {
  const bucket = state.bucket(input);
  const key = checkedKey(input.Key);
  checkWriteHeaders(input);
  checkAccessControl(bucket, input);
  const { source, from } = await findSource(state, input, call);
  if (source.size > PUT_LIMIT_BYTES) throw new EntityTooLarge(source.size, PUT_LIMIT_BYTES);
  const copied = copiedAttributes(input, source, bucket);
  refuseCopyOntoItself(input, source, bucket, key);
  const name = `${bucket.name}/${key}`;
  checkWriteConditions(input, key, state.current.get(name));
  await openDataKey(from, source, call);
  const attributes = await withDataKey(state, copied, { bucket: bucket.name, key }, call);
  const content = await copyContent(state, input, { source, from }, attributes);
  const current = keepOrRemove(state, content, () => {
    const bucket = state.bucket(input);
    checkWriteConditions(input, key, state.current.get(name));
    return bucket;
  });
  const sequence = state.nextSequence();
  const version: ObjectVersion = {
    bucket: bucket.name,
    key,
    versionId: state.newVersionId(current, sequence),
    sequence,
    isDeleteMarker: false,
    lastModified: state.now(),
    size: source.size,
    etag: etagOf(state, content.md5, attributes.encryption),
    segments: [content.segment],
    ...attributes,
    ...(content.checksum === undefined ? {} : { checksum: content.checksum }),
  };
  state.add(version);
  state.publish(current, 'Object Created', version, {
    call,
    object: {
      size: version.size,
      etag: version.etag,
      sequencer: sequencerOf(version.sequence),
    },
    reason: 'CopyObject',
  });
  return {
    CopyObjectResult: {
      ETag: `"${version.etag}"`,
      LastModified: new Date(version.lastModified),
      ...checksumMembers(version.checksum),
    },
    ...versionMember(version),
    ...sourceVersionMember(from, source),
    ...encryptionMembers(version.encryption),
    $metadata: {},
  };
}

/** The permissions to read the source of a copy. */
export function sourcePermissions(copySource: string | undefined): readonly Permission[] {
  const [source] = parseCopySource(copySource);
  const action = source?.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return [{ action, resource: objectArn(source?.Bucket, source?.Key) }];
}

/** What is copied, and the S3 that has it: that of another account, if the bucket is there. */
export interface FoundSource {
  readonly source: ObjectVersion;
  readonly from: S3State;
}

/** @throws the errors of reading, and PreconditionFailed of the copy's own conditions */
export async function findSource(
  state: S3State,
  input: CopyObjectCommandInput | UploadPartCopyCommandInput,
  call: Call,
): Promise<FoundSource> {
  const readings = parseCopySource(input.CopySource);
  const from = ownerOfBucket(state.cloud, readings[0]?.Bucket ?? '') ?? state;
  const existing = readings.find((reading) => from.current.has(`${reading.Bucket}/${reading.Key}`));
  const reading = existing ?? readings[0];
  if (reading === undefined) {
    throw new InvalidArgument(
      'Invalid copy source object key',
      'x-amz-copy-source',
      // As on AWS, the header's name is also given as its value.
      'x-amz-copy-source',
    );
  }
  const source = await findObject(from, reading, call).catch((error: unknown) => {
    if (!(error instanceof MethodNotAllowed)) throw error;
    throw new InvalidRequest(
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  });
  if (ARCHIVE_CLASSES.has(source.storageClass)) throw new InvalidObjectState(source.storageClass);
  checkCopyConditions(input, source, state.cloud.clock.now());
  return { source, from };
}

/** The copied version, if versioning was ever enabled on its bucket. */
export function sourceVersionMember(
  state: S3State,
  source: ObjectVersion,
): { readonly CopySourceVersionId?: string } {
  const { VersionId: id } = readVersionMember(state, source);
  return id === undefined ? {} : { CopySourceVersionId: id };
}

interface CopySource {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/**
 * Parses `bucket/key[?versionId=…]`. It should be percent-encoded, but the JavaScript SDK sends its input as it is,
 * so a key such as `50%` or `a+b` can be unencoded: both readings are tried.
 */
function parseCopySource(text = ''): readonly CopySource[] {
  const match = /^\/?([^/]+)\/(.+?)(?:\?versionId=([^?&]+))?$/s.exec(text);
  const [, bucket, key, versionId] = match ?? [];
  if (bucket === undefined || key === undefined) return [];
  const version = versionId === undefined ? {} : { VersionId: versionId };
  const readings = [
    decoded(key),
    key,
    // A header's bytes arrive as Latin-1; other clients than the JavaScript SDK send UTF-8.
    Buffer.from(key, 'latin1').toString('utf8'),
    decoded(key.replaceAll('+', ' ')),
  ];
  return [...new Set(readings)].map((Key) => ({ Bucket: bucket, Key, ...version }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function copiedAttributes(
  input: CopyObjectCommandInput,
  source: ObjectVersion,
  bucket: Bucket,
): Attributes {
  const given = readAttributes(input, bucket);
  const replaces = input.MetadataDirective === 'REPLACE';
  // A website redirect is not copied.
  const { WebsiteRedirectLocation: _own, ...headers } = source.headers;
  const { WebsiteRedirectLocation: location } = given.headers;
  return {
    ...given,
    headers: replaces
      ? given.headers
      : { ...headers, ...(location !== undefined && { WebsiteRedirectLocation: location }) },
    metadata: replaces ? given.metadata : source.metadata,
    tags: input.TaggingDirective === 'REPLACE' ? given.tags : source.tags,
  };
}

function refuseCopyOntoItself(
  input: CopyObjectCommandInput,
  source: ObjectVersion,
  bucket: Bucket,
  key: string,
): void {
  const isCurrent = source.bucket === bucket.name && source.key === key;
  const changesSomething =
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    parseCopySource(input.CopySource)[0]?.VersionId !== undefined;
  if (isCurrent && !changesSomething) {
    throw new InvalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
}

interface CopiedContent {
  readonly segment: Segment;
  readonly md5: string;
  readonly checksum: StoredChecksum | undefined;
}

/** A hard link if no digest must be computed, else a copy with its digests. */
async function copyContent(
  state: S3State,
  input: CopyObjectCommandInput,
  { source, from }: FoundSource,
  { encryption }: Pick<ObjectVersion, 'encryption'>,
): Promise<CopiedContent> {
  const isTagged = !isByKms(source.encryption) && !isByKms(encryption);
  // Where the entity tag says nothing of the content, the checksum that S3 makes by itself is computed at once.
  const asked =
    parseAlgorithm(input.ChecksumAlgorithm) ??
    (isTagged || source.checksum !== undefined ? undefined : 'CRC64NVME');
  const [only] = source.segments;
  const hasDigests =
    source.segments.length === 1 &&
    /^[0-9a-f]{32}$/.test(source.etag) &&
    !isByKms(source.encryption) &&
    (asked === undefined || asked === source.checksum?.algorithm) &&
    source.checksum?.type !== 'COMPOSITE';
  if (hasDigests && only !== undefined) {
    return {
      segment: state.contents.link(only, from.contents),
      md5: source.etag,
      checksum: source.checksum,
    };
  }
  const algorithm = asked ?? source.checksum?.algorithm;
  const written = await state.contents.write(
    `the copy of '${source.key}'`,
    from.contents.read(source.segments, 0, source.size),
    algorithm === undefined ? [] : [algorithm],
  );
  const value = algorithm === undefined ? undefined : written.checksums.get(algorithm);
  return {
    segment: written.segment,
    md5: written.md5,
    checksum:
      algorithm === undefined || value === undefined
        ? undefined
        : { algorithm, value, type: 'FULL_OBJECT' },
  };
}
