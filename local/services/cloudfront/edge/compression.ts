import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { findPolicy } from '../configured.ts';
import { LEAST_COMPRESSED_BYTES, MOST_COMPRESSED_BYTES } from '../limits.ts';
import type { CloudFrontState } from '../state.ts';
import type { Behavior } from './behaviors.ts';
import { type EdgeRequest, type EdgeResponse, replaced, valueOf, without } from './viewer.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
const COMPRESSED_TYPES: ReadonlySet<string> = new Set([
  'application/eot',
  'application/font',
  'application/font-sfnt',
  'application/javascript',
  'application/json',
  'application/manifest+json',
  'application/opentype',
  'application/otf',
  'application/pdf',
  'application/truetype',
  'application/ttf',
  'application/vnd.ms-fontobject',
  'application/wasm',
  'application/x-javascript',
  'application/xhtml+xml',
  'application/xml',
  'font/eot',
  'font/opentype',
  'font/otf',
  'font/ttf',
  'image/bmp',
  'image/svg+xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/javascript',
  'text/js',
  'text/plain',
  'text/richtext',
  'text/tab-separated-values',
  'text/x-component',
  'text/x-java-source',
  'text/x-script',
  'text/xml',
  'vnd.apple.mpegurl',
]);

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

type Encoding = 'br' | 'gzip';

/** Compresses a response whose viewer and behavior ask for it. */
export async function compressed(
  state: CloudFrontState,
  behavior: Behavior,
  request: EdgeRequest,
  response: EdgeResponse,
): Promise<EdgeResponse> {
  const encoding = encodingFor(state, behavior, request);
  if (encoding === undefined || !isCompressible(response)) return response;
  const content = await contentOf(response.body);
  const size = content.byteLength;
  if (size < LEAST_COMPRESSED_BYTES || size > MOST_COMPRESSED_BYTES) {
    return { ...response, body: content };
  }
  const body =
    encoding === 'br'
      ? await promisify(brotliCompress)(content, QUICK)
      : await promisify(gzip)(content);
  const etag = valueOf(response.headers, 'etag');
  const headers = replaced(
    without(response.headers, 'content-length'),
    'content-encoding',
    encoding,
  );
  const weak =
    etag === undefined || etag.startsWith('W/') ? headers : replaced(headers, 'etag', `W/${etag}`);
  return { ...response, headers: replaced(weak, 'vary', 'Accept-Encoding'), body };
}

/** The encoding that policy and viewer agree on, Brotli first. */
function encodingFor(
  state: CloudFrontState,
  behavior: Behavior,
  request: EdgeRequest,
): Encoding | undefined {
  if (behavior.Compress !== true || request.method !== 'GET') return undefined;
  const policy = findPolicy(state, 'cache', behavior.CachePolicyId);
  const key = policy?.['ParametersInCacheKeyAndForwardedToOrigin'] as
    | { readonly EnableAcceptEncodingBrotli?: boolean; readonly EnableAcceptEncodingGzip?: boolean }
    | undefined;
  const accepted = (valueOf(request.headers, 'accept-encoding') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]);
  if (key?.EnableAcceptEncodingBrotli === true && accepted.includes('br')) return 'br';
  // A behavior without a policy compresses with gzip.
  const hasGzip = key === undefined || key.EnableAcceptEncodingGzip === true;
  return hasGzip && accepted.includes('gzip') ? 'gzip' : undefined;
}

function isCompressible({ body, headers, status }: EdgeResponse): boolean {
  if (body === undefined || ![200, 403, 404].includes(status)) return false;
  if (valueOf(headers, 'content-encoding') !== undefined) return false;
  const type = (valueOf(headers, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const length = Number(valueOf(headers, 'content-length') ?? 0);
  return COMPRESSED_TYPES.has(type) && length <= MOST_COMPRESSED_BYTES;
}

async function contentOf(body: EdgeResponse['body']): Promise<Buffer> {
  if (!(body instanceof Readable)) return Buffer.from(body ?? '');
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
