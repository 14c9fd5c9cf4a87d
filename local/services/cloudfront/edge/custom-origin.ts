import { request as sendRequest } from 'node:http';
import type { Origin } from '@aws-sdk/client-cloudfront';
import type { WebHeader, WebRequest } from '../../../cloud/web.ts';
import { ORIGIN_TIMEOUT_SECONDS, REQUEST_BODY_BYTES } from '../limits.ts';
import type { CloudFrontState } from '../state.ts';
import { errorPage } from './error-page.ts';
import type { Forwarded } from './forwarding.ts';
import { type EdgeRequest, type EdgeResponse, valueOf } from './viewer.ts';

/** Asks what this runtime serves under the origin's name, such as an HTTP API, or a server of this machine. */
export async function askOrigin(
  state: CloudFrontState,
  request: EdgeRequest,
  { origin, forwarded }: { readonly origin: Origin; readonly forwarded: Forwarded },
): Promise<EdgeResponse> {
  const host = valueOf(forwarded.headers, 'host') ?? origin.DomainName ?? '';
  const headers: readonly WebHeader[] = [
    ...forwarded.headers.filter(([name]) => name !== 'host'),
    ['host', host],
    ...customHeaders(origin),
  ];
  const asked: WebRequest = {
    ...request.web,
    method: request.method,
    host: (origin.DomainName ?? '').toLowerCase(),
    path: `${origin.OriginPath ?? ''}${request.uri}`,
    query: forwarded.query,
    headers,
  };
  const own = await state.cloud.web(asked);
  if (own !== undefined) {
    const { headers, status, stream } = own;
    const body = own.body ?? stream;
    const mark = status >= 400 ? 'Error' : 'Miss';
    return { status, headers, mark, ...(body !== undefined && { body }) };
  }
  return isHere(origin) ? askServer(asked, origin) : notHere(origin);
}

function customHeaders({ CustomHeaders }: Origin): readonly WebHeader[] {
  return (CustomHeaders?.Items ?? []).map(({ HeaderName = '', HeaderValue = '' }) => [
    HeaderName.toLowerCase(),
    HeaderValue,
  ]);
}

const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d{1,5})?$/;

function isHere({ DomainName = '' }: Origin): boolean {
  return LOOPBACK.test(DomainName);
}

function notHere({ DomainName = '' }: Origin): EdgeResponse {
  return errorPage(
    502,
    `CloudFront wasn't able to resolve the origin domain name: ${DomainName} is not on this machine, and stepmill sends nothing to others.`,
  );
}

async function askServer(asked: WebRequest, origin: Origin): Promise<EdgeResponse> {
  const [hostname = '', port] = (origin.DomainName ?? '').split(':');
  const { CustomOriginConfig: config } = origin;
  const body = await asked.collect(REQUEST_BODY_BYTES);
  const timeoutMs = (config?.OriginReadTimeout ?? ORIGIN_TIMEOUT_SECONDS) * 1_000;
  return new Promise((resolve) => {
    const request = sendRequest({
      hostname,
      port: Number(port ?? config?.HTTPPort ?? 80),
      method: asked.method,
      path: asked.query === '' ? asked.path : `${asked.path}?${asked.query}`,
      headers: Object.fromEntries(asked.headers),
      timeout: timeoutMs,
      ...(asked.signal !== undefined && { signal: asked.signal }),
    });
    request.on('timeout', () => {
      request.destroy();
      resolve(
        errorPage(
          504,
          'CloudFront attempted to establish a connection with the origin, but the origin did not respond in time.',
        ),
      );
    });
    request.on('error', () =>
      resolve(errorPage(502, `CloudFront wasn't able to connect to the origin.`)),
    );
    request.on('response', (response) => {
      const headers: WebHeader[] = Object.entries(response.headers).flatMap(([name, value]) =>
        [value ?? ''].flat().map((item): WebHeader => [name, item]),
      );
      const status = response.statusCode ?? 502;
      const kept = headers.filter(
        ([name]) => !['connection', 'keep-alive', 'transfer-encoding'].includes(name),
      );
      resolve({ status, headers: kept, body: response, mark: status >= 400 ? 'Error' : 'Miss' });
    });
    request.end(body);
  });
}
