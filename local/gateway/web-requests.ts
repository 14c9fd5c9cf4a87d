import type { IncomingMessage } from 'node:http';
import type { Cloud, CloudDirectory } from '../cloud/cloud.ts';
import type { WebHeader, WebRequest, WebResponse } from '../cloud/web.ts';
import type { WireResponse } from './protocol.ts';
import type { RequestBody } from './request-body.ts';

/** The response of the service that serves the address of a request; undefined if it is for AWS's APIs. */
export async function answerWeb(
  clouds: CloudDirectory,
  message: IncomingMessage,
  body: RequestBody,
  { signal, site }: { readonly signal: () => AbortSignal; readonly site: string | undefined },
): Promise<WireResponse | undefined> {
  const request = toWebRequest(message, body, signal);
  const response = await webOf(clouds, site === undefined ? request : { ...request, host: site });
  return response === undefined ? undefined : toWireResponse(withDate(response, clouds.home));
}

/** The home account answers last: it refuses what is of no account. */
function webOf(clouds: CloudDirectory, request: WebRequest): Promise<WebResponse> | undefined {
  for (const cloud of clouds.all()) {
    const response = cloud === clouds.home ? undefined : cloud.web(request);
    if (response !== undefined) return response;
  }
  return clouds.home.web(request);
}

/** By the clock that counts, as a server writes it: https://datatracker.ietf.org/doc/html/rfc9110#name-date */
function withDate(response: WebResponse, { clock }: Cloud): WebResponse {
  if (response.headers.some(([name]) => name === 'date')) return response;
  const date: WebHeader = ['date', new Date(clock.now()).toUTCString()];
  return { ...response, headers: [...response.headers, date] };
}

function toWebRequest(
  message: IncomingMessage,
  body: RequestBody,
  signal: () => AbortSignal,
): WebRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    host: (message.headers.host ?? '').toLowerCase(),
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    // Few requests are for a service's address; the others need none of these.
    get headers() {
      return headersOf(message.rawHeaders);
    },
    get sourceIp() {
      return addressOf(message);
    },
    get signal() {
      return signal();
    },
    collect: (limitBytes) => body.collectAsSent(limitBytes),
  };
}

/** Node's list of names and values in turn. */
function headersOf(raw: readonly string[]): readonly WebHeader[] {
  const headers: WebHeader[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    headers.push([(raw[index] ?? '').toLowerCase(), raw[index + 1] ?? '']);
  }
  return headers;
}

/** The client's address; an IPv4 address is in IPv6 form on a dual-stack socket. */
export function addressOf(message: IncomingMessage): string {
  return (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}

function toWireResponse({ status, headers, body: text, stream }: WebResponse): WireResponse {
  const body = text ?? stream;
  const grouped: Record<string, string[]> = {};
  for (const [name, value] of headers) (grouped[name] ??= []).push(value);
  return { status, headers: grouped, ...(body !== undefined && { body }) };
}
