import type { PutObjectCommandInput, PutObjectCommandOutput, S3 } from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Call, Permission } from '../../cloud/service.ts';
import { checkAccessControl } from './access-control.ts';
import { readAttributes } from './attributes.ts';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  type ChecksumMembers,
  checksumMembers,
  claimedChecksum,
  parseAlgorithm,
  type StoredChecksum,
} from './checksums.ts';
import { checkWriteConditions, checkWriteHeaders } from './conditions.ts';
import type { Body, Written } from './contents.ts';
import {
  BadDigest,
  BadMd5,
  EntityTooLarge,
  IncompleteBody,
  InvalidDigest,
  InvalidRequest,
} from './errors.ts';
import { PUT_LIMIT_BYTES } from './limits.ts';
import { isByKms, withDataKey } from './object-keys.ts';
import { checkedKey, objectArn } from './operation.ts';
import { type Encryption, type ObjectVersion, type S3State, sequencerOf } from './state.ts';

/** Uploading an object in one request. */
export const putOperations: OperationTable<S3, S3State> = {
  PutObject: {
    permissions(input: PutObjectCommandInput) {
      const resource = objectArn(input.Bucket, input.Key);
      const permissions: Permission[] = [{ action: 's3:PutObject', resource }];
      if (input.Tagging !== undefined)
        permissions.push({ action: 's3:PutObjectTagging', resource });
      return permissions;
    },
    run: (input: PutObjectCommandInput, state, call) => putObject(state, input, call),
  },
};

/** Stores an object. */
async function putObject(
  state: S3State,
  input: PutObjectCommandInput,
  call: Call,
): Promise<PutObjectCommandOutput> {
  const bucket = state.bucket(input);
  const key = checkedKey(input.Key);
  checkWriteHeaders(input);
  checkAccessControl(bucket, input);
  const read = readAttributes(input, bucket);
  const name = `${bucket.name}/${key}`;
  // Checked before the body is read, to avoid the upload, and again afterwards: the first write to finish wins.
  checkWriteConditions(input, key, state.current.get(name));
  const attributes = await withDataKey(state, read, { bucket: bucket.name, key }, call);
  const received = await receive(state, key, input);
  // Nothing is awaited from here on, so that condition, record and event are atomic.
  const current = keepOrRemove(state, received.written, () => {
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
    size: received.written.segment.size,
    etag: etagOf(state, received.written.md5, attributes.encryption),
    segments: [received.written.segment],
    ...attributes,
    ...(received.checksum === undefined ? {} : { checksum: received.checksum }),
  };
  state.add(version);
  state.publish(current, 'Object Created', version, {
    call,
    object: {
      size: version.size,
      etag: version.etag,
      sequencer: sequencerOf(version.sequence),
    },
    reason: isFromForm(input) ? 'POST Object' : 'PutObject',
  });
  return { ...writeOutput(version), $metadata: {} };
}

/** Whether the body is the file of a form, which the gateway has read. */
function isFromForm({ Body: body }: PutObjectCommandInput): boolean {
  return (body as { readonly fromForm?: boolean } | undefined)?.fromForm === true;
}

/** The version members of an upload's output. */
export function writeOutput(version: ObjectVersion) {
  return {
    ETag: `"${version.etag}"`,
    ...versionMember(version),
    ...encryptionMembers(version.encryption),
    ...checksumMembers(version.checksum),
  } as const;
}

export function versionMember(version: ObjectVersion): { readonly VersionId?: string } {
  return version.versionId === 'null' ? {} : { VersionId: version.versionId };
}

/** The version member of a read; buckets that ever had versioning also show `null` for older objects. */
export function readVersionMember(
  state: S3State,
  version: ObjectVersion,
): { readonly VersionId?: string } {
  return state.buckets.get(version.bucket)?.versioning === undefined
    ? {}
    : { VersionId: version.versionId };
}

export function encryptionMembers(encryption: Encryption) {
  const { dataKey: _, ...members } = encryption;
  // The model has an enumeration; the client's value is returned.
  return members as { readonly ServerSideEncryption: 'AES256' };
}

/** With SSE-S3 the entity tag is the MD5, with KMS it is not. */
export function etagOf(state: S3State, md5: string, encryption: Encryption): string {
  return isByKms(encryption) ? state.cloud.random.hex(32) : md5;
}

/** Runs the last checks on written bytes, and removes the bytes if a check fails. */
export function keepOrRemove<Result>(
  state: S3State,
  written: Pick<Written, 'segment'>,
  check: () => Result,
): Result {
  try {
    return check();
  } catch (error) {
    state.contents.remove([written.segment]);
    throw error;
  }
}

/** The members of PutObject and UploadPart about their bodies. */
export interface ReceiveInput extends ChecksumMembers {
  readonly Body?: unknown;
  readonly ContentLength?: number | undefined;
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: string | undefined;
}

export interface Received {
  readonly written: Written;
  readonly checksum: StoredChecksum | undefined;
}

/** A body from the wire names its trailing checksum first, and has its value at the end. */
interface TrailingBody {
  readonly announced?: string | undefined;
  readonly trailers?: ReadonlyMap<string, string>;
}

/**
 * Writes a body and compares it with the size and digests in the request.
 *
 * @param wanted an algorithm that is also computed, and compared if the request names none
 * @throws BadDigest, IncompleteBody, InvalidDigest; the bytes are removed then
 */
export async function receive(
  state: S3State,
  key: string,
  input: ReceiveInput,
  wanted?: ChecksumAlgorithm,
): Promise<Received> {
  if (input.ContentLength !== undefined && input.ContentLength > PUT_LIMIT_BYTES) {
    throw new EntityTooLarge(input.ContentLength, PUT_LIMIT_BYTES);
  }
  if (input.ContentMD5 !== undefined && Buffer.from(input.ContentMD5, 'base64').length !== 16) {
    throw new InvalidDigest(input.ContentMD5);
  }
  const claimed = claimedChecksum(input);
  const body = input.Body as Body & TrailingBody;
  const algorithm = claimedAlgorithm(input) ?? wanted;
  const computed = new Set([algorithm, wanted].filter((name) => name !== undefined));
  const written = await state.contents.write(`'${key}'`, body, [...computed]);
  return keepOrRemove(state, written, () => {
    checkLength(input, written);
    checkMd5(input.ContentMD5, written.md5);
    if (algorithm === undefined) return { written, checksum: undefined };
    const value = written.checksums.get(algorithm) ?? '';
    const expected = claimed?.value ?? trailingValue(body, algorithm);
    if (expected !== undefined && expected !== value) throw new BadDigest(algorithm);
    return { written, checksum: { algorithm, value, type: 'FULL_OBJECT' } as const };
  });
}

/** The algorithm from the header, the trailer or the name, depending on the client. */
export function claimedAlgorithm(input: ReceiveInput): ChecksumAlgorithm | undefined {
  return (
    claimedChecksum(input)?.algorithm ??
    trailingAlgorithm(input.Body as TrailingBody | undefined) ??
    parseAlgorithm(input.ChecksumAlgorithm)
  );
}

function checkLength(input: ReceiveInput, { segment }: Written): void {
  // Callers in this process can give a body of unknown length.
  if (input.ContentLength !== undefined && input.ContentLength !== segment.size) {
    throw new IncompleteBody();
  }
}

function checkMd5(claimed: string | undefined, md5: string): void {
  if (claimed === undefined || Buffer.from(claimed, 'base64').toString('hex') === md5) return;
  throw new BadMd5(claimed, Buffer.from(md5, 'hex').toString('base64'));
}

const TRAILER_PREFIX = 'x-amz-checksum-';

function trailingAlgorithm(body: TrailingBody | undefined): ChecksumAlgorithm | undefined {
  const announced = body?.announced;
  if (announced === undefined) return undefined;
  const name = announced.trim().toLowerCase();
  const found = CHECKSUM_ALGORITHMS.find(
    (algorithm) => name === `${TRAILER_PREFIX}${algorithm.toLowerCase()}`,
  );
  if (found === undefined && name.startsWith(TRAILER_PREFIX)) {
    throw new InvalidRequest('The value specified in the x-amz-trailer header is not supported');
  }
  return found;
}

function trailingValue(
  body: TrailingBody | undefined,
  algorithm: ChecksumAlgorithm,
): string | undefined {
  return body?.trailers?.get(`${TRAILER_PREFIX}${algorithm.toLowerCase()}`);
}
