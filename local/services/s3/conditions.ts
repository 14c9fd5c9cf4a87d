import {
  ConditionalRequestConflict,
  HeaderNotImplemented,
  NoSuchKey,
  NotModified,
  PreconditionFailed,
} from './errors.ts';
import type { ObjectVersion, Upload } from './state.ts';

export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/**
 * A write accepts either `If-None-Match: *` or `If-Match` with an entity tag:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws HeaderNotImplemented
 */
export function checkWriteHeaders({ IfMatch, IfNoneMatch }: WriteConditions): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw new HeaderNotImplemented(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  }
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') throw refusedValue('If-None-Match');
  if (IfMatch === '*') throw refusedValue('If-Match');
}

function refusedValue(header: string): HeaderNotImplemented {
  return new HeaderNotImplemented(
    header,
    `We don't accept the provided value of ${header} header for this API`,
  );
}

/** @throws PreconditionFailed, NoSuchKey when a write may not happen over what is there */
export function checkWriteConditions(
  input: WriteConditions,
  key: string,
  existing: ObjectVersion | undefined,
): void {
  if (input.IfNoneMatch !== undefined && existing !== undefined) {
    throw new PreconditionFailed('If-None-Match');
  }
  if (input.IfMatch === undefined) return;
  if (existing === undefined) throw new NoSuchKey(key);
  if (!matches(input.IfMatch, existing)) throw new PreconditionFailed('If-Match');
}

/**
 * Like `checkWriteConditions`, for completing a multipart upload: a write or deletion of the key since the
 * upload began takes precedence.
 *
 * @throws ConditionalRequestConflict too
 */
export function checkCompletion(
  input: WriteConditions,
  upload: Upload,
  existing: ObjectVersion | undefined,
): void {
  checkWriteConditions(input, upload.key, existing);
  if (input.IfNoneMatch !== undefined && upload.keyWasDeleted === true) {
    throw new ConditionalRequestConflict('If-None-Match', upload.key);
  }
  const began = upload.sequence ?? Number.POSITIVE_INFINITY;
  if (input.IfMatch !== undefined && existing !== undefined && existing.sequence > began) {
    throw new ConditionalRequestConflict('If-Match', upload.key);
  }
}

export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/**
 * If-Match takes precedence over If-Unmodified-Since, and If-None-Match over If-Modified-Since:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @throws PreconditionFailed, NotModified
 */
export function checkReadConditions(
  input: ReadConditions,
  version: ObjectVersion,
  now: number,
): void {
  if (input.IfMatch !== undefined) {
    if (!matches(input.IfMatch, version)) throw new PreconditionFailed('If-Match');
  } else if (isAfter(version, input.IfUnmodifiedSince)) {
    throw new PreconditionFailed('If-Unmodified-Since');
  }
  const unchanged =
    input.IfNoneMatch === undefined
      ? isUnchangedSince(version, input.IfModifiedSince, now)
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
export function checkCopyConditions(
  input: CopyConditions,
  source: ObjectVersion,
  now: number,
): void {
  const {
    CopySourceIfMatch: ifMatch,
    CopySourceIfNoneMatch: ifNoneMatch,
    CopySourceIfModifiedSince: modifiedSince,
    CopySourceIfUnmodifiedSince: unmodifiedSince,
  } = input;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, source)) throw copyFailed('If-Match');
  } else if (isAfter(source, unmodifiedSince)) {
    throw copyFailed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, source)) throw copyFailed('If-None-Match');
  } else if (isUnchangedSince(source, modifiedSince, now)) {
    throw copyFailed('If-Modified-Since');
  }
}

function copyFailed(condition: string): PreconditionFailed {
  return new PreconditionFailed(`x-amz-copy-source-${condition}`);
}

/** `*`, or a list of entity tags with or without quotes. */
function matches(condition: string, version: ObjectVersion): boolean {
  return condition
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((tag) => tag === '*' || tag === version.etag);
}

/** A date in the future is ignored: https://www.rfc-editor.org/rfc/rfc9110#name-if-modified-since */
function isUnchangedSince(version: ObjectVersion, date: Date | undefined, now: number): boolean {
  return date !== undefined && date.getTime() <= now && !isAfter(version, date);
}

function isAfter(version: ObjectVersion, date: Date | undefined): boolean {
  return date !== undefined && version.lastModified > date.getTime();
}
