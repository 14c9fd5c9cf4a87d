import type {
  ListObjectsCommandInput,
  ListObjectsCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  S3,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import type { Table } from '../../store/index.ts';
import { InvalidArgument } from './errors.ts';
import { LIST_LIMIT } from './limits.ts';
import { bucketArn } from './operation.ts';
import {
  type ObjectVersion,
  type S3State,
  SEPARATOR,
  sequenceOfVersionId,
  versionKey,
} from './state.ts';

/** Listing objects and versions. */
export const listOperations: OperationTable<S3, S3State> = {
  ListObjectsV2: {
    readOnly: true,
    permissions: listPermissions('ListBucket'),
    run: (input: ListObjectsV2CommandInput, state) => listObjectsV2(state, input),
  },
  ListObjects: {
    readOnly: true,
    permissions: listPermissions('ListBucket'),
    run: (input: ListObjectsCommandInput, state) => listObjects(state, input),
  },
  ListObjectVersions: {
    readOnly: true,
    permissions: listPermissions('ListBucketVersions'),
    run: (input: ListObjectVersionsCommandInput, state) => listObjectVersions(state, input),
  },
};

/** Lists keys in pages, in the order of their UTF-8 bytes. */
function listObjectsV2(
  state: S3State,
  input: ListObjectsV2CommandInput,
): ListObjectsV2CommandOutput {
  const bucket = state.bucket(input);
  const limit = pageSize(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  const page = listPage(state.current, bucket.name, {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after: readToken(input.ContinuationToken) ?? input.StartAfter ?? '',
    limit,
  });
  const owner = input.FetchOwner === true ? { Owner: ownerOf(state) } : {};
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    MaxKeys: limit,
    KeyCount: page.items.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    Contents: page.items.map((version) => ({ ...listed(version, encode), ...owner })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    ...delimiterMember(input.Delimiter, encode),
    ...(input.StartAfter === undefined || input.ContinuationToken !== undefined
      ? {}
      : { StartAfter: encode(input.StartAfter) }),
    ...(input.ContinuationToken === undefined
      ? {}
      : { ContinuationToken: input.ContinuationToken }),
    ...(page.next === undefined ? {} : { NextContinuationToken: writeToken(page.next) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    $metadata: {},
  };
}

/** The older listing, which continues after a key. */
function listObjects(state: S3State, input: ListObjectsCommandInput): ListObjectsCommandOutput {
  const bucket = state.bucket(input);
  const limit = pageSize(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  const page = listPage(state.current, bucket.name, {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after: input.Marker ?? '',
    limit,
  });
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    Marker: encode(input.Marker ?? ''),
    MaxKeys: limit,
    IsTruncated: page.next !== undefined,
    Contents: page.items.map((version) => ({
      ...listed(version, encode),
      Owner: ownerOf(state),
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    ...delimiterMember(input.Delimiter, encode),
    // As on AWS, only listings with a delimiter name the next marker; others continue after the last key.
    ...(page.next === undefined || input.Delimiter === undefined || input.Delimiter === ''
      ? {}
      : { NextMarker: encode(page.next) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    $metadata: {},
  };
}

/** Lists all versions and delete markers, the newest of each key first. */
function listObjectVersions(
  state: S3State,
  input: ListObjectVersionsCommandInput,
): ListObjectVersionsCommandOutput {
  const bucket = state.bucket(input);
  const limit = pageSize(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  if (input.VersionIdMarker !== undefined && input.KeyMarker === undefined) {
    throw new InvalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      input.VersionIdMarker,
    );
  }
  const page = listPage(state.versions, bucket.name, {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after: versionMarker(state, bucket.name, input),
    limit,
  });
  const members = page.items.map((version) => ({
    isDeleteMarker: version.isDeleteMarker,
    member: {
      ...(version.isDeleteMarker ? markerOf(version, encode) : listed(version, encode)),
      VersionId: version.versionId,
      IsLatest: state.newestVersion(bucket.name, version.key)?.sequence === version.sequence,
      Owner: ownerOf(state),
    },
  }));
  const last = page.items.at(-1);
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    KeyMarker: encode(input.KeyMarker ?? ''),
    VersionIdMarker: input.VersionIdMarker ?? '',
    MaxKeys: limit,
    IsTruncated: page.next !== undefined,
    Versions: members.filter((item) => !item.isDeleteMarker).map((item) => item.member),
    DeleteMarkers: members.filter((item) => item.isDeleteMarker).map((item) => item.member),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    ...delimiterMember(input.Delimiter, encode),
    ...nextVersionMarkers(page, last, encode),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    $metadata: {},
  };
}

function nextVersionMarkers(
  page: Page,
  last: ObjectVersion | undefined,
  encode: (text: string) => string,
): { readonly NextKeyMarker?: string; readonly NextVersionIdMarker?: string } {
  if (page.next === undefined) return {};
  const lastPrefix = page.prefixes.at(-1);
  return lastPrefix === page.next || last === undefined
    ? { NextKeyMarker: encode(page.next) }
    : { NextKeyMarker: encode(last.key), NextVersionIdMarker: last.versionId };
}

/** The position where a listing of versions continues: after a version, or after all versions of a key. */
function versionMarker(
  state: S3State,
  bucket: string,
  input: ListObjectVersionsCommandInput,
): string {
  const { KeyMarker: key, VersionIdMarker: versionId } = input;
  if (key === undefined || key === '') return '';
  if (versionId === undefined) return `${key}${SEPARATOR}\u{10FFFF}`;
  const found = state.version(bucket, key, versionId);
  // A version deleted since the previous page still marks its position.
  const sequence = found?.sequence ?? sequenceOfVersionId(versionId);
  return sequence === undefined
    ? `${key}${SEPARATOR}\u{10FFFF}`
    : versionKey({ bucket, key, sequence }).slice(bucket.length + 1);
}

export function listPermissions(
  action: string,
): (input: {
  readonly Bucket: string | undefined;
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
}) => readonly Permission[] {
  return (input) => [
    {
      action: `s3:${action}`,
      resource: bucketArn(input.Bucket),
      context: {
        's3:prefix': input.Prefix ?? '',
        ...(input.Delimiter === undefined ? {} : { 's3:delimiter': input.Delimiter }),
      },
    },
  ];
}

export function pageSize(asked: number | undefined, name = 'max-keys'): number {
  if (asked === undefined) return LIST_LIMIT;
  if (!Number.isInteger(asked) || asked < 0 || asked > 2_147_483_647) {
    throw new InvalidArgument(
      `Argument ${name} must be an integer between 0 and 2147483647`,
      name,
      asked,
    );
  }
  return Math.min(asked, LIST_LIMIT);
}

/** `encoding-type=url`: percent-encoded except slashes. */
export function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== 'url') {
    throw new InvalidArgument(
      'Invalid Encoding Method specified in Request',
      'encoding-type',
      type,
    );
  }
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}

export interface PageRequest {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** The name after which the page begins; a common prefix stands for all names that begin with it. */
  readonly after: string;
  readonly limit: number;
}

/** A record that is listed by its key. */
interface Keyed {
  readonly key: string;
}

export interface Page<Item extends Keyed = ObjectVersion> {
  readonly items: readonly Item[];
  readonly prefixes: readonly string[];
  /** Where the next page continues; undefined on the last page. */
  readonly next: string | undefined;
}

/** The keys below a common prefix are skipped in one step. */
export function listPage<Item extends Keyed>(
  table: Table<Item>,
  bucket: string,
  request: PageRequest,
): Page<Item> {
  const { prefix, delimiter, limit } = request;
  const items: Item[] = [];
  const prefixes: string[] = [];
  let position = startOf(request);
  let last: string | undefined;
  if (limit === 0) return { items, prefixes, next: undefined };
  for (;;) {
    const [entry] = table.entries({
      prefix: `${bucket}/${prefix}`,
      ...(position === '' ? {} : { after: `${bucket}/${position}` }),
      limit: 1,
    });
    if (entry === undefined) return { items, prefixes, next: undefined };
    if (items.length + prefixes.length >= limit) return { items, prefixes, next: last };
    const [name, item] = entry;
    const common = commonPrefix(item.key, prefix, delimiter);
    if (common === undefined) {
      items.push(item);
      position = name.slice(bucket.length + 1);
      last = position;
    } else {
      prefixes.push(common);
      position = `${common}\u{10FFFF}`;
      last = common;
    }
  }
}

/** A marker below a common prefix stands for all keys with that prefix, as recorded on AWS. */
function startOf({ prefix, delimiter, after }: PageRequest): string {
  const common = after.startsWith(prefix) ? commonPrefix(after, prefix, delimiter) : undefined;
  return common === undefined ? after : `${common}\u{10FFFF}`;
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function listed(version: ObjectVersion, encode: (text: string) => string) {
  return {
    Key: encode(version.key),
    LastModified: new Date(version.lastModified),
    ETag: `"${version.etag}"`,
    ...(version.checksum === undefined
      ? {}
      : {
          ChecksumAlgorithm: [version.checksum.algorithm],
          ChecksumType: version.checksum.type,
        }),
    Size: version.size,
    StorageClass: version.storageClass as 'STANDARD',
  };
}

function markerOf(version: ObjectVersion, encode: (text: string) => string) {
  return { Key: encode(version.key), LastModified: new Date(version.lastModified) };
}

/** An owner has no display name since November 2025; the initiator of a multipart upload still has one. */
export function ownerOf(state: S3State): { readonly ID: string } {
  // A canonical user id has 64 hexadecimal digits.
  return { ID: state.cloud.accountId.padStart(64, '0') };
}

/** An empty delimiter is ignored. */
export function delimiterMember(
  delimiter: string | undefined,
  encode: (text: string) => string,
): { readonly Delimiter?: string } {
  return delimiter === undefined || delimiter === '' ? {} : { Delimiter: encode(delimiter) };
}

/** Tokens are opaque to clients. */
export function writeToken(next: string): string {
  return Buffer.from(`1${next}`).toString('base64url');
}

export function readToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('1') || writeToken(text.slice(1)) !== token) {
    throw new InvalidArgument('The continuation token provided is incorrect', 'continuation-token');
  }
  return text.slice(1);
}
