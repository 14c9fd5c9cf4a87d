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
  UploadPartCommandInput,
  UploadPartCommandOutput,
  UploadPartCopyCommandInput,
  UploadPartCopyCommandOutput,
} from '@aws-sdk/client-s3';
import { readAttributes } from './attributes.ts';
import {
  type ChecksumMembers,
  checksumMembers,
  compositeChecksum,
  fullObjectChecksum,
  parseAlgorithm,
  type StoredChecksum,
} from './checksums.ts';
import { checkWriteConditions } from './conditions.ts';
import { findSource, sourcePermissions } from './copy-object.ts';
import {
  BadDigest,
  EntityTooSmall,
  InvalidArgument,
  InvalidPart,
  InvalidPartOrder,
  InvalidRange,
  InvalidRequest,
  MalformedXml,
  NoSuchUpload,
} from './errors.ts';
import { PART_MINIMUM_BYTES, PART_NUMBER_LIMIT } from './limits.ts';
import { encoder, listPermissions, ownerOf, pageSize } from './list-objects.ts';
import {
  checkedKey,
  type ObjectInput,
  objectArn,
  onObject,
  type S3Operation,
} from './operation.ts';
import {
  claimedAlgorithm,
  encryptionMembers,
  etagOf,
  type ReceiveInput,
  receive,
  writeOutput,
} from './put-object.ts';
import {
  type ObjectVersion,
  type S3State,
  SEPARATOR,
  sequencerOf,
  type Upload,
  type UploadedPart,
} from './state.ts';

export const createMultipartUpload: S3Operation<
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput
> = {
  permissions: onObject('PutObject'),
  run(state, input) {
    const bucket = state.bucket(input);
    const key = checkedKey(input.Key);
    const algorithm = parseAlgorithm(input.ChecksumAlgorithm);
    const upload: Upload = {
      uploadId: state.cloud.random.hex(64),
      bucket: bucket.name,
      key,
      initiatedAt: state.now(),
      ...readAttributes(input, bucket),
      ...(algorithm === undefined
        ? {}
        : {
            checksumAlgorithm: algorithm,
            // CRC64NVME has no composite form; the others are composite unless asked for otherwise.
            checksumType:
              algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : (input.ChecksumType ?? 'COMPOSITE'),
          }),
    };
    state.uploads.put(uploadKey(upload), upload);
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.uploadId,
      ...encryptionMembers(upload.encryption),
      ...(upload.checksumAlgorithm === undefined
        ? {}
        : {
            ChecksumAlgorithm: upload.checksumAlgorithm,
            ChecksumType: upload.checksumType ?? 'COMPOSITE',
          }),
      $metadata: {},
    };
  },
};

export const uploadPart: S3Operation<UploadPartCommandInput, UploadPartCommandOutput> = {
  permissions: onObject('PutObject'),
  async run(state, input) {
    const upload = findUpload(state, input);
    const number = checkedPartNumber(input.PartNumber);
    refuseOtherAlgorithm(upload, input);
    const received = await receive(state, upload.key, input, upload.checksumAlgorithm);
    const part = addPart(state, input, {
      number,
      size: received.written.segment.size,
      etag: received.written.md5,
      ...(received.checksum === undefined ? {} : { checksum: received.checksum.value }),
      lastModified: state.now(),
      segment: received.written.segment,
    });
    return {
      ETag: `"${part.etag}"`,
      ...checksumMembers(received.checksum),
      ...encryptionMembers(upload.encryption),
      $metadata: {},
    };
  },
};

/** Parts have the upload's algorithm, or the object could have no checksum. */
function refuseOtherAlgorithm(upload: Upload, input: ReceiveInput): void {
  const claimed = claimedAlgorithm(input);
  const expected = upload.checksumAlgorithm;
  if (claimed !== undefined && expected !== undefined && claimed !== expected) {
    throw new InvalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${claimed.toLowerCase()}`,
    );
  }
}

export const uploadPartCopy: S3Operation<UploadPartCopyCommandInput, UploadPartCopyCommandOutput> =
  {
    permissions: (input) => [
      ...sourcePermissions(input.CopySource),
      { action: 's3:PutObject', resource: objectArn(input.Bucket, input.Key) },
    ],
    async run(state, input, call) {
      const upload = findUpload(state, input);
      const number = checkedPartNumber(input.PartNumber);
      const source = await findSource(state, input, call);
      const [start, end] = copiedRange(input.CopySourceRange, source);
      const algorithms = upload.checksumAlgorithm === undefined ? [] : [upload.checksumAlgorithm];
      const written = await state.contents.write(
        `part ${number} of '${upload.key}'`,
        state.contents.read(source.segments, start, end),
        algorithms,
      );
      const checksum =
        upload.checksumAlgorithm === undefined
          ? undefined
          : written.checksums.get(upload.checksumAlgorithm);
      const part = addPart(state, input, {
        number,
        size: written.segment.size,
        etag: written.md5,
        ...(checksum === undefined ? {} : { checksum }),
        lastModified: state.now(),
        segment: written.segment,
      });
      return {
        CopyPartResult: {
          ETag: `"${part.etag}"`,
          LastModified: new Date(part.lastModified),
          ...partChecksum(upload, part),
        },
        ...(source.versionId === 'null' ? {} : { CopySourceVersionId: source.versionId }),
        ...encryptionMembers(upload.encryption),
        $metadata: {},
      };
    },
  };

function copiedRange(range: string | undefined, source: ObjectVersion): readonly [number, number] {
  if (range === undefined) return [0, source.size];
  const match = /^bytes=(\d+)-(\d+)$/.exec(range);
  if (match === null) {
    throw new InvalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      range,
    );
  }
  const start = Number(match[1]);
  const end = Number(match[2]) + 1;
  if (end > source.size || start >= end) throw new InvalidRange(range, source.size);
  return [start, end];
}

export const completeMultipartUpload: S3Operation<
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput
> = {
  permissions: onObject('PutObject'),
  async run(state, input, call) {
    const upload = findUpload(state, input);
    const asked = input.MultipartUpload?.Parts ?? [];
    if (asked.length === 0) throw new MalformedXml();
    const parts = chosenParts(state, upload, asked);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size) {
      throw new InvalidRequest(
        'The provided x-amz-mp-object-size header value does not match the size of the uploaded parts.',
      );
    }
    const checksum = await checksumOf(upload, parts);
    checkClaimed(input, checksum);
    // Nothing is awaited from here on: condition, entry and event are one.
    const current = state.bucket(input);
    findUpload(state, input);
    checkWriteConditions(input, upload.key, state.current.get(`${upload.bucket}/${upload.key}`));
    const version: ObjectVersion = {
      bucket: upload.bucket,
      key: upload.key,
      versionId: state.newVersionId(current),
      sequence: state.nextSequence(),
      isDeleteMarker: false,
      lastModified: state.now(),
      size,
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
        ...(part.checksum === undefined ? {} : { checksum: part.checksum }),
      })),
      ...(checksum === undefined ? {} : { checksum }),
    };
    state.add(version);
    forget(state, upload, new Set(parts.map((part) => part.segment.id)));
    state.publish(current, 'Object Created', version, {
      call,
      object: { size, etag: version.etag, sequencer: sequencerOf(version.sequence) },
      reason: 'CompleteMultipartUpload',
    });
    return {
      Location: `http://s3.${state.cloud.region}.amazonaws.com/${upload.bucket}/${encodeURIComponent(upload.key)}`,
      Bucket: upload.bucket,
      Key: upload.key,
      ...writeOutput(version),
      $metadata: {},
    };
  },
};

/** @throws InvalidPartOrder, InvalidPart, EntityTooSmall */
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
    if (part === undefined || part.etag !== etag || !checksumFits(upload, part, item)) {
      throw new InvalidPart(upload.uploadId, number, etag);
    }
    if (part.size < PART_MINIMUM_BYTES && index < asked.length - 1) {
      throw new EntityTooSmall(number, etag, part.size, PART_MINIMUM_BYTES);
    }
    parts.push(part);
  }
  return parts;
}

function checksumFits(upload: Upload, part: UploadedPart, claimed: ChecksumMembers): boolean {
  if (upload.checksumAlgorithm === undefined) return true;
  const value = claimed[`Checksum${upload.checksumAlgorithm}`];
  return value === undefined || value === part.checksum;
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
  const algorithm = upload.checksumAlgorithm;
  if (algorithm === undefined) return undefined;
  const checksums = parts.map((part) => ({ checksum: part.checksum ?? '', size: part.size }));
  return upload.checksumType === 'FULL_OBJECT'
    ? fullObjectChecksum(algorithm, checksums)
    : await compositeChecksum(
        algorithm,
        checksums.map((part) => part.checksum),
      );
}

function checkClaimed(input: ChecksumMembers, checksum: StoredChecksum | undefined): void {
  if (checksum === undefined) return;
  const claimed = input[`Checksum${checksum.algorithm}`];
  // A composite one may be sent with or without its number of parts.
  if (claimed === undefined || claimed === checksum.value) return;
  if (claimed !== checksum.value.replace(/-\d+$/, '')) throw new BadDigest(checksum.algorithm);
}

export const abortMultipartUpload: S3Operation<
  AbortMultipartUploadCommandInput,
  AbortMultipartUploadCommandOutput
> = {
  permissions: onObject('AbortMultipartUpload'),
  run(state, input) {
    forget(state, findUpload(state, input), new Set());
    return { $metadata: {} };
  },
};

export const listParts: S3Operation<ListPartsCommandInput, ListPartsCommandOutput> = {
  permissions: onObject('ListMultipartUploadParts'),
  run(state, input) {
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
      NextPartNumberMarker: String(page.at(-1)?.number ?? marker),
      MaxParts: limit,
      IsTruncated: after.length > page.length,
      StorageClass: upload.storageClass as 'STANDARD',
      Initiator: ownerOf(state),
      Owner: ownerOf(state),
      ...(upload.checksumAlgorithm === undefined
        ? {}
        : {
            ChecksumAlgorithm: upload.checksumAlgorithm,
            ChecksumType: upload.checksumType ?? 'COMPOSITE',
          }),
      Parts: page.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModified),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...partChecksum(upload, part),
      })),
      $metadata: {},
    };
  },
};

export const listMultipartUploads: S3Operation<
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput
> = {
  permissions: listPermissions('ListBucketMultipartUploads'),
  run(state, input) {
    const bucket = state.bucket(input);
    const limit = pageSize(input.MaxUploads, 'max-uploads');
    const encode = encoder(input.EncodingType);
    const prefix = `${bucket.name}/${input.Prefix ?? ''}`;
    const marker = input.KeyMarker ?? '';
    const idMarker = input.UploadIdMarker ?? '\u{10FFFF}';
    const after = [
      ...state.uploads.entries({
        prefix,
        ...(marker === '' ? {} : { after: `${bucket.name}/${marker}${SEPARATOR}${idMarker}` }),
      }),
    ].map(([, upload]) => upload);
    const page = after.slice(0, limit);
    const last = page.at(-1);
    return {
      Bucket: bucket.name,
      KeyMarker: encode(marker),
      UploadIdMarker: input.UploadIdMarker ?? '',
      Prefix: encode(input.Prefix ?? ''),
      MaxUploads: limit,
      IsTruncated: after.length > page.length,
      ...(after.length > page.length && last !== undefined
        ? { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.uploadId }
        : {}),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
      Uploads: page.map((upload) => ({
        UploadId: upload.uploadId,
        Key: encode(upload.key),
        Initiated: new Date(upload.initiatedAt),
        StorageClass: upload.storageClass as 'STANDARD',
        Owner: ownerOf(state),
        Initiator: ownerOf(state),
      })),
      $metadata: {},
    };
  },
};

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

/** Enters a part, in place of one with the same number. @throws NoSuchUpload when it was ended meanwhile */
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

/** Ends an upload; parts that went into the object keep their bytes. */
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
