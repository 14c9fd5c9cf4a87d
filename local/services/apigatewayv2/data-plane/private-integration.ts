import type { Readable } from 'node:stream';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { WebHeader, WebResponse } from '../../../cloud/web.ts';
import { LONGEST_INTEGRATION_MS, PAYLOAD_BYTES } from '../limits.ts';
import type { IntegrationRecord } from '../store.ts';
import type { Exchange } from './exchange.ts';
import { internalError, serviceUnavailable } from './refusal.ts';
import { REAL_TIME, within } from './within.ts';

/**
 * Sends a request through a VPC link to a listener of a load balancer. The path has the stage, unless it is `$default`.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
 *
 * @throws Refusal
 */
export async function askListener(
  cloud: Cloud,
  exchange: Exchange,
  { settings }: IntegrationRecord,
  body: Uint8Array,
): Promise<WebResponse> {
  const startedAt = cloud.clock.now();
  const latency = () => ({ latencyMs: cloud.clock.now() - startedAt });
  const { request } = exchange;
  const method = settings.IntegrationMethod ?? 'ANY';
  const gone = new AbortController();
  const asked = cloud.web({
    method: method === 'ANY' ? request.method : method,
    host: settings.IntegrationUri ?? '',
    path: encodeURI(exchange.path).replaceAll('#', '%23'),
    query: request.query,
    headers: forwardedHeaders(exchange),
    sourceIp: request.sourceIp,
    signal: gone.signal,
    collect: () => Promise.resolve(body),
  });
  if (asked === undefined) {
    exchange.integration = {
      ...latency(),
      error: 'The listener of the integration does not exist',
    };
    throw serviceUnavailable();
  }
  try {
    const timeoutMs = settings.TimeoutInMillis ?? LONGEST_INTEGRATION_MS;
    const response = await within(REAL_TIME, timeoutMs, asked.then(collected));
    exchange.integration = { ...latency(), status: response.status };
    return response;
  } catch (error) {
    exchange.integration ??= {
      ...latency(),
      error: error instanceof Error ? error.message : String(error),
    };
    gone.abort();
    throw error;
  }
}

/** Headers that API Gateway keeps for itself: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html */
const OWN_HEADERS: readonly string[] = [
  'authorization',
  'x-amz-security-token',
  'x-amz-date',
  'x-amz-content-sha256',
];

function forwardedHeaders({ caller, domainName, request }: Exchange): readonly WebHeader[] {
  const kept = request.headers.filter(
    ([name]) => !(caller !== undefined && OWN_HEADERS.includes(name)) && name !== 'forwarded',
  );
  const forwarded = `by=127.0.0.1;for=${request.sourceIp};host=${domainName};proto=https`;
  return [...kept, ['forwarded', forwarded]];
}

/** API Gateway answers with whole bodies of at most 10 MB. @throws Refusal */
async function collected({ body, headers, status, stream }: WebResponse): Promise<WebResponse> {
  const kept = headers.filter(([name]) => name !== 'content-length');
  if (stream === undefined) return { status, headers: kept, ...(body !== undefined && { body }) };
  return { status, headers: kept, body: await readWhole(stream) };
}

async function readWhole(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > PAYLOAD_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The target broke off in the middle of its answer.
    throw internalError();
  }
  if (size > PAYLOAD_BYTES) throw internalError();
  return Buffer.concat(chunks);
}
