import { createHash } from 'node:crypto';
import type {
  AbortMultipartUploadCommandInput,
  AbortMultipartUploadCommandOutput,
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  ListPartsCommandInput,
  ListPartsCommandOutput,
  S3,
  UploadPartCommandInput,
  UploadPartCommandOutput,
  UploadPartCopyCommandInput,
  UploadPartCopyCommandOutput,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { checkAccessControl } from './access-control.ts';
import { readAttributes } from './attributes.ts';
import {
  type ChecksumAlgorithm,
  type ChecksumMembers,
  checksumTypeOf,
  claimedChecksums,
  compositeChecksum,
  fullObjectChecksum,
  parseAlgorithm,
  type StoredChecksum,
} from './checksums.ts';
import { checkCompletion, checkWriteHeaders } from './conditions.ts';
import { findSource, sourcePermissions, sourceVersionMember } from './copy-object.ts';
import {
  BadDigest,
  BadPartDigest,
  EntityTooSmall,
  InvalidArgument,
  InvalidPart,
  InvalidPartOrder,
  InvalidRequest,
  NoSuchUpload,
} from './errors.ts';
import { PART_MINIMUM_BYTES, PART_NUMBER_LIMIT } from './limits.ts';
import {
  delimiterMember,
  encoder,
  listPage,
  listPermissions,
  ownerOf,
  type Page,
  pageSize,
} from './list-objects.ts';
import { checkedKey, type ObjectInput, objectArn, onObject } from './operation.ts';
import {
  claimedAlgorithm,
  encryptionMembers,
  etagOf,
  type ReceiveInput,
  receive,
  writeOutput,
} from './put-object.ts';
import {
  type Bucket,
  type ObjectVersion,
  type S3State,
  SEPARATOR,
  sequencerOf,
  type Upload,
  type UploadedPart,
} from './state.ts';

/** Multipart uploads. */
export const multipartOperations: OperationTable<S3, S3State> = {
  CreateMultipartUpload: {
    permissions: onObject('PutObject'),
    run: (input: CreateMultipartUploadCommandInput, state) => createMultipartUpload(state, input),
  },
  UploadPart: {
    permissions: onObject('PutObject'),
    run: (input: UploadPartCommandInput, state) => uploadPart(state, input),
  },
  UploadPartCopy: {
    permissions: (input: UploadPartCopyCommandInput) => [
      ...sourcePermissions(input.CopySource),
      { action: 's3:PutObject', resource: objectArn(input.Bucket, input.Key) },
    ],
    run: (input: UploadPartCopyCommandInput, state, call) => uploadPartCopy(state, input, call),
  },
  CompleteMultipartUpload: {
    permissions: onObject('PutObject'),
    run: (input: CompleteMultipartUploadCommandInput, state, call) =>
      completeMultipartUpload(state, input, call),
  },
  AbortMultipartUpload: {
    permissions: onObject('AbortMultipartUpload'),
    run: (input: AbortMultipartUploadCommandInput, state) => abortMultipartUpload(state, input),
  },
  ListParts: {
    readOnly: true,
    permissions: onObject('ListMultipartUploadParts'),
    run: (input: ListPartsCommandInput, state) => listParts(state, input),
  },
  ListMultipartUploads: {
    readOnly: true,
    permissions: listPermissions('ListBucketMultipartUploads'),
    run: (input: ListMultipartUploadsCommandInput, state) => listMultipartUploads(state, input),
  },
};

function createMultipartUpload(
  state: S3State,
  input: CreateMultipartUploadCommandInput,
): CreateMultipartUploadCommandOutput {
  const bucket = state.bucket(input);
  const key = checkedKey(input.Key);
  checkAccessControl(bucket, input);
  const algorithm = parseAlgorithm(input.ChecksumAlgorithm);
  const checksumType = checksumTypeOf(algorithm, input.ChecksumType);
  const sequence = state.nextSequence();
  const upload: Upload = {
    uploadId: newUploadId(state, sequence),
    bucket: bucket.name,
    key,
    initiatedAt: state.now(),
    sequence,
    ...readAttributes(input, bucket),
    ...(algorithm === undefined || checksumType === undefined
      ? {}
      : { checksumAlgorithm: algorithm, checksumType }),
  };
  state.uploads.put(uploadKey(upload), upload);
  return {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.uploadId,
    ...encryptionMembers(upload.encryption),
    ...checksumDeclaration(upload),
    $metadata: {},
  };
}

/** Begins with the time: the uploads of a key are listed in the order in which they began. */
function newUploadId(state: S3State, sequence: number): string {
  const time = sequence.toString(16).padStart(14, '0');
  return `${time}${state.cloud.random.hex(64 - time.length)}`;
}

async function uploadPart(
  state: S3State,
  input: UploadPartCommandInput,
): Promise<UploadPartCommandOutput> {
  const upload = findUpload(state, input);
  const number = checkedPartNumber(input.PartNumber);
  refuseOtherAlgorithm(upload, input);
  const received = await receive(state, upload.key, input, checksumOfParts(upload));
  const part = addPart(state, input, {
    number,
    size: received.written.segment.size,
    etag: received.written.md5,
    checksum: received.written.checksums.get(checksumOfParts(upload)) ?? '',
    lastModified: state.now(),
    segment: received.written.segment,
  });
  const { checksum } = received;
  return {
    ETag: `"${part.etag}"`,
    ...(checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value }),
    ...encryptionMembers(upload.encryption),
    $metadata: {},
  };
}

/** An upload without an algorithm gets the CRC64NVME of the whole object, as on AWS. */
function checksumOfParts(upload: Upload): ChecksumAlgorithm {
  return upload.checksumAlgorithm ?? 'CRC64NVME';
}

/** Parts must have the upload's algorithm, so that the object's checksum can be computed. */
function refuseOtherAlgorithm(upload: Upload, input: ReceiveInput): void {
  const claimed = claimedAlgorithm(input);
  const expected = upload.checksumAlgorithm;
  if (claimed !== undefined && expected !== undefined && claimed !== expected) {
    throw new InvalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${claimed.toLowerCase()}`,
    );
  }
}

async function uploadPartCopy(
  state: S3State,
  input: UploadPartCopyCommandInput,
  call: Call,
): Promise<UploadPartCopyCommandOutput> {
  const upload = findUpload(state, input);
  const number = checkedPartNumber(input.PartNumber);
  const source = await findSource(state, input, call);
  const [start, end] = copiedRange(input.CopySourceRange, source);
  const algorithm = checksumOfParts(upload);
  const written = await state.contents.write(
    `part ${number} of '${upload.key}'`,
    state.contents.read(source.segments, start, end),
    [algorithm],
  );
  const part = addPart(state, input, {
    number,
    size: written.segment.size,
    etag: written.md5,
    checksum: written.checksums.get(algorithm) ?? '',
    lastModified: state.now(),
    segment: written.segment,
  });
  return {
    CopyPartResult: {
      ETag: `"${part.etag}"`,
      LastModified: new Date(part.lastModified),
      ...partChecksum(upload, part),
    },
    ...sourceVersionMember(state, source),
    ...encryptionMembers(upload.encryption),
    $metadata: {},
  };
}

function copiedRange(range: string | undefined, source: ObjectVersion): readonly [number, number] {
  if (range === undefined) return [0, source.size];
  const match = /^bytes=(\d+)-(\d+)$/.exec(range);
  const start = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (match === null || last < start) {
    throw new InvalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      range,
    );
  }
  if (start >= source.size) {
    throw new InvalidRequest('The specified copy range is invalid for the source object size');
  }
  if (last >= source.size) {
    throw new InvalidArgument(
      `Range specified is not valid for source object of size: ${source.size}`,
      'x-amz-copy-source-range',
      range,
    );
  }
  return [start, last + 1];
}

async function completeMultipartUpload(
  state: S3State,
  input: CompleteMultipartUploadCommandInput,
  call: Call,
): Promise<CompleteMultipartUploadCommandOutput> {
  const upload = findUpload(state, input);
  checkWriteHeaders(input);
  const asked = input.MultipartUpload?.Parts ?? [];
  if (asked.length === 0) throw new InvalidRequest('You must specify at least one part');
  checkType(upload, input.ChecksumType);
  const parts = chosenParts(state, upload, asked);
  checkObjectSize(parts, input.MpuObjectSize);
  const checksum = await checksumOf(upload, parts);
  checkClaimed(upload, input, checksum);
  // Nothing is awaited from here on, so that condition, record and event are atomic.
  const current = state.bucket(input);
  checkCompletion(
    input,
    findUpload(state, input),
    state.current.get(`${upload.bucket}/${upload.key}`),
  );
  const version = completedVersion(state, current, upload, parts, checksum);
  state.add(version);
  forget(state, upload, new Set(parts.map((part) => part.segment.id)));
  state.publish(current, 'Object Created', version, {
    call,
    object: { size: version.size, etag: version.etag, sequencer: sequencerOf(version.sequence) },
    reason: 'CompleteMultipartUpload',
  });
  return {
    Location: `http://s3.${state.cloud.region}.amazonaws.com/${upload.bucket}/${encodeURIComponent(upload.key)}`,
    Bucket: upload.bucket,
    Key: upload.key,
    ...writeOutput(version),
    $metadata: {},
  };
}

/** The version of the object that the parts of an upload become. */
function completedVersion(
  state: S3State,
  bucket: Bucket,
  upload: Upload,
  parts: readonly UploadedPart[],
  checksum: StoredChecksum | undefined,
): ObjectVersion {
  const sequence = state.nextSequence();
  return {
    bucket: upload.bucket,
    key: upload.key,
    versionId: state.newVersionId(bucket, sequence),
    sequence,
    isDeleteMarker: false,
    lastModified: state.now(),
    size: sizeOf(parts),
    etag: `${etagOf(state, joinedMd5(parts), upload.encryption)}-${parts.length}`,
    segments: parts.map((part) => part.segment),
    headers: upload.headers,
    metadata: upload.metadata,
    storageClass: upload.storageClass,
    encryption: upload.encryption,
    tags: upload.tags,
    parts: parts.map((part) => ({
      number: part.number,
      size: part.size,
      ...(upload.checksumAlgorithm === undefined || part.checksum === undefined
        ? {}
        : { checksum: part.checksum }),
    })),
    ...(checksum === undefined ? {} : { checksum }),
  };
}

function sizeOf(parts: readonly UploadedPart[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0);
}

/** @throws InvalidRequest */
function checkObjectSize(parts: readonly UploadedPart[], claimed: number | undefined): void {
  const size = sizeOf(parts);
  if (claimed === undefined || claimed === size) return;
  throw new InvalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${claimed} does not match what was computed: ${size}`,
  );
}

/** @throws InvalidRequest */
function checkType(upload: Upload, asked: string | undefined): void {
  if (asked === undefined || asked === upload.checksumType) return;
  throw new InvalidRequest(
    `The upload was created using the ${upload.checksumType ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
  );
}

/** @throws InvalidPartOrder, InvalidPart, InvalidRequest, BadPartDigest, EntityTooSmall */
function chosenParts(
  state: S3State,
  upload: Upload,
  asked: readonly CompletedPart[],
): readonly UploadedPart[] {
  const numbers = asked.map((item) => item.PartNumber ?? 0);
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) {
    throw new InvalidPartOrder(upload.uploadId);
  }
  const parts: UploadedPart[] = [];
  for (const [index, item] of asked.entries()) {
    const number = item.PartNumber ?? 0;
    const part = state.parts.get(partKey(upload.uploadId, number));
    const etag = (item.ETag ?? '').replaceAll('"', '');
    if (part === undefined || part.etag !== etag) {
      throw new InvalidPart(upload.uploadId, number, etag);
    }
    checkPartChecksum(upload, part, item);
    if (part.size < PART_MINIMUM_BYTES && index < asked.length - 1) {
      throw new EntityTooSmall(number, etag, part.size, PART_MINIMUM_BYTES);
    }
    parts.push(part);
  }
  return parts;
}

/** @throws InvalidPart, InvalidRequest, BadPartDigest */
function checkPartChecksum(upload: Upload, part: UploadedPart, given: ChecksumMembers): void {
  const { checksumAlgorithm: algorithm, uploadId } = upload;
  const claims = claimedChecksums(given);
  const other = claims.find((claim) => claim.algorithm !== algorithm);
  if (other !== undefined && algorithm !== undefined) {
    throw new BadPartDigest(other.algorithm.toLowerCase(), part.number);
  }
  // As on AWS, a part of an upload without an algorithm has no checksum to compare with.
  if (other !== undefined) throw new InvalidPart(uploadId, part.number, part.etag);
  const [claim] = claims;
  if (claim !== undefined && claim.value !== part.checksum) {
    throw new InvalidPart(uploadId, part.number, part.etag);
  }
  if (claim === undefined && upload.checksumType === 'COMPOSITE') {
    throw new InvalidRequest(
      `The upload was created using a ${algorithm?.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
}

function joinedMd5(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return hash.digest('hex');
}

async function checksumOf(
  upload: Upload,
  parts: readonly UploadedPart[],
): Promise<StoredChecksum | undefined> {
  const algorithm = checksumOfParts(upload);
  const checksums = parts.map((part) => ({ checksum: part.checksum ?? '', size: part.size }));
  // Parts received by an earlier version of this runtime have no checksum.
  if (checksums.some(({ checksum }) => checksum === '')) return undefined;
  return upload.checksumType === 'COMPOSITE'
    ? await compositeChecksum(
        algorithm,
        checksums.map((part) => part.checksum),
      )
    : fullObjectChecksum(algorithm, checksums);
}

interface CompletionClaims extends ChecksumMembers {
  readonly ChecksumType?: string | undefined;
}

/** @throws BadDigest */
function checkClaimed(
  upload: Upload,
  input: CompletionClaims,
  checksum: StoredChecksum | undefined,
): void {
  const { checksumAlgorithm: algorithm } = upload;
  // AWS ignores the checksum in the request if the upload has no algorithm.
  if (algorithm === undefined || checksum === undefined) return;
  for (const claim of claimedChecksums(input)) {
    if (claim.algorithm !== algorithm || !agrees(claim.value, input, checksum)) {
      throw new BadDigest(algorithm.toLowerCase());
    }
  }
}

function agrees(claimed: string, input: CompletionClaims, checksum: StoredChecksum): boolean {
  // A composite checksum can be sent with or without its number of parts.
  if (checksum.type === 'COMPOSITE') {
    return claimed === checksum.value || claimed === checksum.value.replace(/-\d+$/, '');
  }
  // As on AWS, a checksum without a type counts as composite, which differs from the object's.
  const hasType = input.ChecksumType !== undefined || checksum.algorithm === 'CRC64NVME';
  return hasType && claimed === checksum.value;
}

function abortMultipartUpload(
  state: S3State,
  input: AbortMultipartUploadCommandInput,
): AbortMultipartUploadCommandOutput {
  forget(state, findUpload(state, input), new Set());
  return { $metadata: {} };
}

function listParts(state: S3State, input: ListPartsCommandInput): ListPartsCommandOutput {
  const upload = findUpload(state, input);
  const limit = pageSize(input.MaxParts, 'max-parts');
  const marker = Number(input.PartNumberMarker ?? 0);
  const after = partsOf(state, upload).filter((part) => part.number > marker);
  const page = after.slice(0, limit);
  return {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.uploadId,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: after.length > page.length,
    StorageClass: upload.storageClass as 'STANDARD',
    Initiator: initiatorOf(state),
    Owner: ownerOf(state),
    ...checksumDeclaration(upload),
    Parts: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.lastModified),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...partChecksum(upload, part),
    })),
    $metadata: {},
  };
}

function listMultipartUploads(
  state: S3State,
  input: ListMultipartUploadsCommandInput,
): ListMultipartUploadsCommandOutput {
  const bucket = state.bucket(input);
  const limit = pageSize(input.MaxUploads, 'max-uploads');
  const encode = encoder(input.EncodingType);
  const page = listPage(state.uploads, bucket.name, {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after: uploadMarker(state, bucket.name, input),
    limit,
  });
  return {
    Bucket: bucket.name,
    KeyMarker: encode(input.KeyMarker ?? ''),
    // As on AWS, an upload id marker without a key marker is ignored.
    UploadIdMarker: input.KeyMarker ? (input.UploadIdMarker ?? '') : '',
    ...(input.Prefix ? { Prefix: encode(input.Prefix) } : {}),
    ...delimiterMember(input.Delimiter, encode),
    MaxUploads: limit,
    IsTruncated: page.next !== undefined,
    ...nextUploadMarkers(page, encode),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    Uploads: page.items.map((upload) => ({
      UploadId: upload.uploadId,
      Key: encode(upload.key),
      Initiated: new Date(upload.initiatedAt),
      StorageClass: upload.storageClass as 'STANDARD',
      ...checksumDeclaration(upload),
      Owner: ownerOf(state),
      Initiator: initiatorOf(state),
    })),
    $metadata: {},
  };
}

function initiatorOf(state: S3State): { readonly ID: string; readonly DisplayName: string } {
  return { ...ownerOf(state), DisplayName: 'stepmill' };
}

/** The checksum algorithm of an upload, if any. */
function checksumDeclaration(upload: Upload) {
  const { checksumAlgorithm: ChecksumAlgorithm, checksumType = 'COMPOSITE' } = upload;
  return ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm, ChecksumType: checksumType };
}

/** The position where a listing continues: after an upload, or after all uploads of a key. @throws InvalidArgument */
function uploadMarker(
  state: S3State,
  bucket: string,
  { KeyMarker: key = '', UploadIdMarker: uploadId = '' }: ListMultipartUploadsCommandInput,
): string {
  if (key === '') return '';
  if (uploadId === '') return `${key}${SEPARATOR}\u{10FFFF}`;
  // An upload that ended since the previous page still marks its position.
  const isOfOtherKey = [...state.uploads.entries({ prefix: `${bucket}/` })].some(
    ([, upload]) => upload.uploadId === uploadId && upload.key !== key,
  );
  if (isOfOtherKey || !/^[0-9a-f]{64}$/.test(uploadId)) {
    throw new InvalidArgument('Invalid uploadId marker', 'upload-id-marker', uploadId);
  }
  return `${key}${SEPARATOR}${uploadId}`;
}

/**
 * AWS gives the last upload as a marker also on the last page. After a common prefix it gives no marker, so
 * such a listing cannot be continued on AWS; here it can.
 */
function nextUploadMarkers(page: Page<Upload>, encode: (text: string) => string) {
  const lastPrefix = page.prefixes.at(-1);
  if (page.next !== undefined && page.next === lastPrefix) {
    return { NextKeyMarker: encode(lastPrefix), NextUploadIdMarker: '' };
  }
  const last = page.items.at(-1);
  return { NextKeyMarker: encode(last?.key ?? ''), NextUploadIdMarker: last?.uploadId ?? '' };
}

function findUpload(
  state: S3State,
  input: ObjectInput & { readonly UploadId: string | undefined },
): Upload {
  const bucket = state.bucket(input);
  const uploadId = input.UploadId ?? '';
  const upload = state.uploads.get(
    uploadKey({ bucket: bucket.name, key: checkedKey(input.Key), uploadId }),
  );
  if (upload === undefined) throw new NoSuchUpload(uploadId);
  return upload;
}

/** Stores a part and replaces one with the same number. @throws NoSuchUpload if the upload has ended */
function addPart(
  state: S3State,
  input: ObjectInput & { readonly UploadId: string | undefined },
  part: UploadedPart,
): UploadedPart {
  let upload: Upload;
  try {
    upload = findUpload(state, input);
  } catch (error) {
    state.contents.remove([part.segment]);
    throw error;
  }
  const key = partKey(upload.uploadId, part.number);
  const former = state.parts.get(key);
  state.parts.put(key, part);
  if (former !== undefined) removeLater(state, [former]);
  return part;
}

/** Ends an upload; the bytes of parts that are in the object are kept. */
function forget(state: S3State, upload: Upload, kept: ReadonlySet<string>): void {
  const parts = partsOf(state, upload);
  for (const part of parts) state.parts.delete(partKey(upload.uploadId, part.number));
  state.uploads.delete(uploadKey(upload));
  removeLater(
    state,
    parts.filter((part) => !kept.has(part.segment.id)),
  );
}

function removeLater(state: S3State, parts: readonly UploadedPart[]): void {
  const segments = parts.map((part) => part.segment);
  if (segments.length === 0) return;
  void state.cloud.store.eventuallyCommitted().then(() => state.contents.remove(segments));
}

function partsOf(state: S3State, { uploadId }: Upload): readonly UploadedPart[] {
  return [...state.parts.entries({ prefix: `${uploadId}/` })].map(([, part]) => part);
}

function partChecksum(upload: Upload, part: UploadedPart): ChecksumMembers {
  return upload.checksumAlgorithm === undefined || part.checksum === undefined
    ? {}
    : { [`Checksum${upload.checksumAlgorithm}`]: part.checksum };
}

function checkedPartNumber(number: number | undefined): number {
  if (
    number === undefined ||
    !Number.isInteger(number) ||
    number < 1 ||
    number > PART_NUMBER_LIMIT
  ) {
    throw new InvalidArgument(
      `Part number must be an integer between 1 and ${PART_NUMBER_LIMIT}, inclusive`,
      'partNumber',
      number,
    );
  }
  return number;
}

function uploadKey(upload: Pick<Upload, 'bucket' | 'key' | 'uploadId'>): string {
  return `${upload.bucket}/${upload.key}${SEPARATOR}${upload.uploadId}`;
}

function partKey(uploadId: string, number: number): string {
  return `${uploadId}/${String(number).padStart(5, '0')}`;
}
