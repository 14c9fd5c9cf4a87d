import type {
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  ListPartsCommandInput,
  ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import { InvalidArgument } from '../errors.ts';
import {
  delimiterMember,
  encoder,
  listPage,
  ownerOf,
  type Page,
  pageSize,
} from '../list-objects.ts';
import { type S3State, SEPARATOR, type Upload } from '../state.ts';
import { checksumDeclaration, findUpload, initiatorOf, partChecksum, partsOf } from './uploads.ts';

export function listParts(state: S3State, input: ListPartsCommandInput): ListPartsCommandOutput {
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

export function listMultipartUploads(
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
