import type { Readable } from 'node:stream';
import type { Origin } from '@aws-sdk/client-cloudfront';
import type { ServicePrincipal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { WebHeader } from '../../../cloud/web.ts';
import { distributionArn } from '../distributions.ts';
import type { CloudFrontState } from '../state.ts';
import { type EdgeRequest, type EdgeResponse, valueOf } from './viewer.ts';

const BUCKET_DOMAIN =
  /^([a-z0-9][a-z0-9.-]+)\.s3(?:[.-][a-z0-9-]+)?\.(?:amazonaws\.com(?:\.cn)?|localhost(?::\d+)?)$/;

/** The bucket of an S3 origin; undefined for a custom one, which a bucket's website is, too. */
export function bucketOf({ DomainName = '' }: Origin): string | undefined {
  return BUCKET_DOMAIN.exec(DomainName)?.[1];
}

interface Reading {
  readonly distributionId: string;
  readonly bucket: string;
  readonly origin: Origin;
}

/** Reads an object as CloudFront, which the bucket's policy must allow for this distribution. */
export async function readFromBucket(
  state: CloudFrontState,
  request: EdgeRequest,
  { bucket: Bucket, distributionId, origin }: Reading,
): Promise<EdgeResponse> {
  const principal: ServicePrincipal = {
    kind: 'service',
    service: 'cloudfront.amazonaws.com',
    sourceArn: distributionArn(state, distributionId),
  };
  const isHead = request.method === 'HEAD';
  if (!isHead && request.method !== 'GET') {
    return renderError(
      new ServiceError(
        'NotImplemented',
        `stepmill's CloudFront does not send ${request.method} to S3 origins. Nothing was done.`,
        { status: 501 },
      ),
    );
  }
  try {
    const Key = keyOf(origin, request.uri);
    const object = await state.cloud.handOn<StoredObject>(
      principal,
      's3',
      isHead ? 'HeadObject' : 'GetObject',
      { Bucket, Key, ...conditionsOf(request) },
    );
    return renderObject(object, isHead);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return renderError(error);
  }
}

function keyOf({ OriginPath: path = '' }: Origin, uri: string): string {
  const text = `${path}${uri}`.slice(1);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function conditionsOf({ headers }: EdgeRequest): object {
  const since = Date.parse(valueOf(headers, 'if-modified-since') ?? '');
  const members = {
    Range: valueOf(headers, 'range'),
    IfMatch: valueOf(headers, 'if-match'),
    IfNoneMatch: valueOf(headers, 'if-none-match'),
    IfModifiedSince: Number.isNaN(since) ? undefined : new Date(since),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** What GetObject and HeadObject return. */
interface StoredObject {
  readonly Body?: Readable | Uint8Array;
  readonly ContentLength?: number;
  readonly ContentRange?: string;
  readonly LastModified?: Date;
  readonly Expires?: Date;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

const HEADERS: Readonly<Record<string, string>> = {
  AcceptRanges: 'accept-ranges',
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentLength: 'content-length',
  ContentRange: 'content-range',
  ContentType: 'content-type',
  ETag: 'etag',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  VersionId: 'x-amz-version-id',
};

function renderObject(object: StoredObject, isHead: boolean): EdgeResponse {
  const headers: WebHeader[] = [['server', 'AmazonS3']];
  for (const [member, name] of Object.entries(HEADERS)) {
    const value = object[member];
    if (typeof value === 'string' || typeof value === 'number') headers.push([name, String(value)]);
  }
  const { Body, Expires, LastModified, Metadata = {} } = object;
  if (LastModified !== undefined) headers.push(['last-modified', LastModified.toUTCString()]);
  if (Expires !== undefined) headers.push(['expires', Expires.toUTCString()]);
  for (const [name, value] of Object.entries(Metadata)) {
    headers.push([`x-amz-meta-${name.toLowerCase()}`, value]);
  }
  return {
    status: object.ContentRange === undefined ? 200 : 206,
    headers,
    ...(Body !== undefined && !isHead && { body: Body }),
    mark: 'Miss',
  };
}

function renderError({ code, message, status }: ServiceError): EdgeResponse {
  if (status === 304) return { status, headers: [['server', 'AmazonS3']], mark: 'Miss' };
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  const headers: WebHeader[] = [
    ['server', 'AmazonS3'],
    ['content-type', 'application/xml'],
  ];
  return { status, headers, body, mark: 'Error' };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
