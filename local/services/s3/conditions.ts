import { NoSuchKey, NotModified, PreconditionFailed } from './errors.ts';
import type { ObjectVersion } from './state.ts';

/** @throws PreconditionFailed, NoSuchKey when a write may not happen over what is there */
export function checkWriteConditions(
  input: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
  key: string,
  existing: ObjectVersion | undefined,
): void {
  if (input.IfNoneMatch !== undefined && existing !== undefined) {
    if (matches(input.IfNoneMatch, existing)) throw new PreconditionFailed('If-None-Match');
  }
  if (input.IfMatch === undefined) return;
  if (existing === undefined) throw new NoSuchKey(key);
  if (!matches(input.IfMatch, existing)) throw new PreconditionFailed('If-Match');
}

export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/**
 * If-Match beats If-Unmodified-Since, If-None-Match beats If-Modified-Since:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @throws PreconditionFailed, NotModified
 */
export function checkReadConditions(input: ReadConditions, version: ObjectVersion): void {
  if (input.IfMatch !== undefined) {
    if (!matches(input.IfMatch, version)) throw new PreconditionFailed('If-Match');
  } else if (isAfter(version, input.IfUnmodifiedSince)) {
    throw new PreconditionFailed('If-Unmodified-Since');
  }
  const unchanged =
    input.IfNoneMatch === undefined
      ? input.IfModifiedSince !== undefined && !isAfter(version, input.IfModifiedSince)
      : matches(input.IfNoneMatch, version);
  if (unchanged) {
    throw new NotModified({
      etag: `"${version.etag}"`,
      'last-modified': new Date(version.lastModified).toUTCString(),
    });
  }
}

export interface CopyConditions {
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

/** @throws PreconditionFailed: a copy knows no 304 */
export function checkCopyConditions(input: CopyConditions, source: ObjectVersion): void {
  const conditions: ReadConditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  try {
    checkReadConditions(conditions, source);
  } catch (error) {
    if (error instanceof NotModified) throw new PreconditionFailed('x-amz-copy-source-if');
    throw error;
  }
}

/** `*`, or a list of entity tags with or without quotes. */
function matches(condition: string, version: ObjectVersion): boolean {
  return condition
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((tag) => tag === '*' || tag === version.etag);
}

function isAfter(version: ObjectVersion, date: Date | undefined): boolean {
  return date !== undefined && version.lastModified > date.getTime();
}
