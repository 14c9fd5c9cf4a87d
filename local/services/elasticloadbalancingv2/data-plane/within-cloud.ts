import type { WebHeader, WebRequest, WebResponse } from '../../../cloud/web.ts';
import type { BalancerStore } from '../store.ts';
import type { Balancer } from './balancer.ts';

/**
 * Answers a request that another service of this cloud sends to a listener, such as a VPC link of an HTTP API: its host is
 * the ARN of the listener, which no client of this machine can send.
 */
export function answerWithin(
  balancer: Balancer,
  store: BalancerStore,
  request: WebRequest,
): Promise<WebResponse> | undefined {
  if (!request.host.startsWith('arn:') || !store.listeners.has(request.host)) return undefined;
  return answer(balancer, request);
}

/** The caller has read the body and bounded it already. */
const ANY_SIZE = Number.MAX_SAFE_INTEGER;

async function answer(balancer: Balancer, request: WebRequest): Promise<WebResponse> {
  const { body, headers, status } = await balancer.answer(request.host, {
    method: request.method,
    url: request.query === '' ? request.path : `${request.path}?${request.query}`,
    headers: withLength(request.headers, await request.collect(ANY_SIZE)),
    sourceIp: request.sourceIp,
    body: await request.collect(ANY_SIZE),
    signal: request.signal ?? new AbortController().signal,
  });
  return typeof body === 'string' ? { status, headers, body } : { status, headers, stream: body };
}

function withLength(headers: readonly WebHeader[], body: Uint8Array): readonly WebHeader[] {
  const kept = headers.filter(
    ([name]) => name !== 'content-length' && name !== 'transfer-encoding',
  );
  const isEmpty = body.byteLength === 0;
  return isEmpty ? kept : [...kept, ['content-length', String(body.byteLength)]];
}
