import type { Readable } from 'node:stream';
import type {
  GetObjectAttributesCommandInput,
  GetObjectAttributesCommandOutput,
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  S3,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Call, Permission } from '../../cloud/service.ts';
import { ARCHIVE_CLASSES } from './attributes.ts';
import { checksumMembers, startChecksum } from './checksums.ts';
import { checkReadConditions } from './conditions.ts';
import {
  InvalidArgument,
  InvalidObjectState,
  InvalidPartNumber,
  InvalidRange,
  InvalidRequest,
} from './errors.ts';
import { findObject } from './find-object.ts';
import { openDataKey } from './object-keys.ts';
import { type ObjectInput, objectArn } from './operation.ts';
import { encryptionMembers, readVersionMember } from './put-object.ts';
import type { ObjectVersion, S3State } from './state.ts';

/** A small body is given as bytes, a large one as a stream. */
type ReadOutput = Omit<GetObjectCommandOutput, 'Body'> & { readonly Body: Uint8Array | Readable };

/** Reading objects and their metadata. */
export const readOperations: OperationTable<S3, S3State> = {
  GetObject: {
    readOnly: true,
    permissions: readPermissions('GetObject'),
    run: (input: GetObjectCommandInput, state, call) => getObject(state, input, call),
  },
  HeadObject: {
    readOnly: true,
    permissions: readPermissions('GetObject'),
    run: (input: HeadObjectCommandInput, state, call) => headObject(state, input, call),
  },
  GetObjectAttributes: {
    readOnly: true,
    permissions: readPermissions('GetObject'),
    run: (input: GetObjectAttributesCommandInput, state, call) =>
      getObjectAttributes(state, input, call),
  },
};

/** Reads an object or a range of it. */
async function getObject(
  state: S3State,
  input: GetObjectCommandInput,
  call: Call,
): Promise<ReadOutput> {
  const version = await findObject(state, input, call);
  if (ARCHIVE_CLASSES.has(version.storageClass)) {
    throw new InvalidObjectState(version.storageClass);
  }
  checkReadConditions(input, version, state.cloud.clock.now());
  const slice = sliceOf(version, input);
  await openDataKey(state, version, call);
  return {
    ...readVersionMember(state, version),
    ...describe(version, input, slice),
    Body: state.contents.read(version.segments, slice.start, slice.end),
    $metadata: {},
  };
}

/** The metadata of an object, without its bytes. */
async function headObject(
  state: S3State,
  input: HeadObjectCommandInput,
  call: Call,
): Promise<HeadObjectCommandOutput> {
  const version = await findObject(state, input, call);
  checkReadConditions(input, version, state.cloud.clock.now());
  const showsChecksum = input.ChecksumMode === 'ENABLED';
  // Only then is the key needed: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
  if (showsChecksum) await openDataKey(state, version, call);
  const known = showsChecksum ? await withChecksum(state, version) : version;
  return {
    ...readVersionMember(state, version),
    ...describe(known, input, sliceOf(known, input)),
    $metadata: {},
  };
}

/** The size, checksum and parts of an object. */
async function getObjectAttributes(
  state: S3State,
  input: GetObjectAttributesCommandInput,
  call: Call,
): Promise<GetObjectAttributesCommandOutput> {
  const wanted = attributesWanted(input);
  const version = await withChecksum(state, await findObject(state, input, call));
  return {
    LastModified: new Date(version.lastModified),
    ...readVersionMember(state, version),
    ...(wanted.has('ETag') ? { ETag: version.etag } : {}),
    ...(wanted.has('Checksum') && version.checksum !== undefined
      ? { Checksum: checksumMembers(version.checksum) }
      : {}),
    ...(wanted.has('ObjectParts') && version.parts !== undefined
      ? { ObjectParts: partsOf(version, input) }
      : {}),
    ...(wanted.has('StorageClass') ? { StorageClass: version.storageClass as 'STANDARD' } : {}),
    ...(wanted.has('ObjectSize') ? { ObjectSize: version.size } : {}),
    $metadata: {},
  };
}

const ATTRIBUTES: ReadonlySet<string> = new Set([
  'ETag',
  'Checksum',
  'ObjectParts',
  'StorageClass',
  'ObjectSize',
]);

/** An empty header is a list with one empty name. @throws InvalidRequest, InvalidArgument */
function attributesWanted(input: GetObjectAttributesCommandInput): ReadonlySet<string> {
  const names: readonly string[] = input.ObjectAttributes ?? [];
  if (names.every((name) => name === '')) {
    throw new InvalidRequest(
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    );
  }
  if (!names.every((name) => ATTRIBUTES.has(name))) {
    throw new InvalidArgument(
      'Invalid attribute name specified.',
      'x-amz-object-attributes',
      names.join(','),
    );
  }
  return new Set(names);
}

function partsOf(version: ObjectVersion, input: GetObjectAttributesCommandInput) {
  const marker = Number(input.PartNumberMarker ?? 0);
  const limit = input.MaxParts ?? 1_000;
  const after = (version.parts ?? []).filter((part) => part.number > marker);
  const page = after.slice(0, limit);
  return {
    TotalPartsCount: version.parts?.length ?? 0,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: after.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      ...(part.checksum === undefined || version.checksum === undefined
        ? {}
        : { [`Checksum${version.checksum.algorithm}`]: part.checksum }),
    })),
  };
}

/** Reading a specific version, or tags, needs its own permission. */
export function readPermissions(
  action: string,
): (input: ObjectInput & { readonly VersionId?: string | undefined }) => readonly Permission[] {
  return (input) => [
    {
      action: input.VersionId === undefined ? `s3:${action}` : `s3:${action}Version`,
      resource: objectArn(input.Bucket, input.Key),
    },
  ];
}

/**
 * AWS computes CRC64NVME for every object that is uploaded without a checksum. Here it is computed on the first
 * request for it: in JavaScript this takes three times as long as writing the object.
 */
async function withChecksum(state: S3State, version: ObjectVersion): Promise<ObjectVersion> {
  if (version.checksum !== undefined) return version;
  const running = startChecksum('CRC64NVME');
  const body = state.contents.read(version.segments, 0, version.size);
  if (body instanceof Uint8Array) running.update(body);
  else for await (const bytes of body) running.update(bytes as Uint8Array);
  const value = (await running.digest()).toString('base64');
  const known: ObjectVersion = {
    ...version,
    checksum: { algorithm: 'CRC64NVME', value, type: 'FULL_OBJECT' },
  };
  const still = state.version(version.bucket, version.key, version.versionId);
  if (still?.sequence === version.sequence) state.replace({ ...still, ...known, tags: still.tags });
  return known;
}

/** The bytes from `start` up to `end`, exclusive; an undefined range is the whole object. */
interface Slice {
  readonly start: number;
  readonly end: number;
  readonly isPartial: boolean;
}

interface SliceInput {
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
}

function sliceOf(version: ObjectVersion, input: SliceInput): Slice {
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined) {
      throw new InvalidRequest('Cannot specify both Range header and partNumber query parameter');
    }
    return partSlice(version, input.PartNumber);
  }
  const range = /^bytes=(\d*)-(\d*)$/.exec(input.Range?.trim() ?? '');
  // An unreadable range, or several ranges, return the whole object.
  if (input.Range === undefined || range === null || (range[1] === '' && range[2] === '')) {
    return { start: 0, end: version.size, isPartial: false };
  }
  const [, first = '', last = ''] = range;
  const start = first === '' ? Math.max(0, version.size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? version.size : Number(last) + 1;
  const isEmptySuffix = first === '' && Number(last) === 0;
  if (start >= version.size || isEmptySuffix) throw new InvalidRange(input.Range, version.size);
  if (end <= start) return { start: 0, end: version.size, isPartial: false };
  return { start, end: Math.min(end, version.size), isPartial: true };
}

function partSlice(version: ObjectVersion, partNumber: number): Slice {
  if (!Number.isInteger(partNumber) || partNumber < 1) {
    throw new InvalidArgument(
      'PartNumber must be an integer between 1 and 10000, inclusive',
      'partNumber',
      partNumber,
    );
  }
  const parts = version.parts ?? [{ number: 1, size: version.size }];
  let start = 0;
  for (const [index, part] of parts.entries()) {
    if (index + 1 === partNumber) {
      return { start, end: start + part.size, isPartial: version.size > 0 };
    }
    start += part.size;
  }
  throw new InvalidPartNumber(partNumber, parts.length);
}

interface DescribeInput extends SliceInput {
  readonly ChecksumMode?: string | undefined;
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseContentType?: string | undefined;
  readonly ResponseExpires?: Date | undefined;
}

function describe(version: ObjectVersion, input: DescribeInput, slice: Slice) {
  checkOverrides(input);
  // A range of all bytes returns the checksum, too.
  const isWhole = slice.end - slice.start === version.size && input.PartNumber === undefined;
  const showsChecksum = input.ChecksumMode === 'ENABLED' && (isWhole || !slice.isPartial);
  return {
    AcceptRanges: 'bytes',
    LastModified: new Date(version.lastModified),
    ContentLength: slice.end - slice.start,
    ETag: `"${version.etag}"`,
    ...version.headers,
    ...overrides(input),
    ...encryptionMembers(version.encryption),
    Metadata: { ...version.metadata },
    ...(version.storageClass === 'STANDARD'
      ? {}
      : { StorageClass: version.storageClass as 'STANDARD_IA' }),
    ...(version.tags.length === 0 ? {} : { TagCount: version.tags.length }),
    ...(slice.isPartial
      ? { ContentRange: `bytes ${slice.start}-${slice.end - 1}/${version.size}` }
      : {}),
    ...(input.PartNumber !== undefined && version.parts !== undefined
      ? { PartsCount: version.parts.length }
      : {}),
    ...(showsChecksum ? checksumMembers(version.checksum) : {}),
  };
}

const OVERRIDES = {
  ResponseCacheControl: 'response-cache-control',
  ResponseContentDisposition: 'response-content-disposition',
  ResponseContentEncoding: 'response-content-encoding',
  ResponseContentLanguage: 'response-content-language',
  ResponseContentType: 'response-content-type',
} as const;

/** A header is ISO-8859-1. @throws InvalidArgument */
function checkOverrides(input: DescribeInput): void {
  for (const [member, parameter] of Object.entries(OVERRIDES)) {
    const value = input[member as keyof typeof OVERRIDES];
    // oxlint-disable-next-line no-control-regex -- ISO-8859-1 begins with them
    if (value !== undefined && !/^[\u0000-\u00ff]*$/.test(value)) {
      throw new InvalidArgument(
        'Header value cannot be represented using ISO-8859-1.',
        parameter,
        value,
      );
    }
  }
}

/** Response headers that the request overrides. */
function overrides(input: DescribeInput) {
  return {
    ...(input.ResponseCacheControl === undefined
      ? {}
      : { CacheControl: input.ResponseCacheControl }),
    ...(input.ResponseContentDisposition === undefined
      ? {}
      : { ContentDisposition: input.ResponseContentDisposition }),
    ...(input.ResponseContentEncoding === undefined
      ? {}
      : { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseContentLanguage === undefined
      ? {}
      : { ContentLanguage: input.ResponseContentLanguage }),
    ...(input.ResponseContentType === undefined ? {} : { ContentType: input.ResponseContentType }),
    ...(input.ResponseExpires === undefined ? {} : { Expires: input.ResponseExpires }),
  };
}
