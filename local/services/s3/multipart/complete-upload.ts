import { createHash } from 'node:crypto';
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import type { Call } from '../../../cloud/service.ts';
import {
  type ChecksumMembers,
  claimedChecksums,
  compositeChecksum,
  fullObjectChecksum,
  type StoredChecksum,
} from '../checksums.ts';
import { checkCompletion, checkWriteHeaders } from '../conditions.ts';
import {
  BadDigest,
  BadPartDigest,
  EntityTooSmall,
  InvalidPart,
  InvalidPartOrder,
  InvalidRequest,
} from '../errors.ts';
import { PART_MINIMUM_BYTES } from '../limits.ts';
import { openDataKey } from '../object-keys.ts';
import { etagOf, writeOutput } from '../put-object.ts';
import {
  type Bucket,
  type ObjectVersion,
  type S3State,
  sequencerOf,
  type Upload,
  type UploadedPart,
} from '../state.ts';
import { checksumOfParts } from './upload-part.ts';
import { findUpload, forget, partKey } from './uploads.ts';

export async function completeMultipartUpload(
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
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
  if (upload.checksumAlgorithm !== undefined) await openDataKey(state, upload, call);
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
    // AWS's quirk: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    lastModified: upload.initiatedAt,
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
