import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/**
 * The reason to refuse a request, or undefined. The runtime serves this machine only: a page of another site
 * must not reach it, neither through a name that resolves to the loopback address (DNS rebinding: a
 * foreign `Host`) nor with a cross-site request (a foreign `Origin`, or the browser's own header).
 */
export function refusal(headers: IncomingHttpHeaders, boundHost: string): string | undefined {
  const host = headers.host ?? '';
  if (!isLoopback(hostname(host), boundHost)) {
    return `The Host header '${host}' is not a name of this machine. Use 127.0.0.1 or localhost as the endpoint.`;
  }
  const { origin } = headers;
  if (origin !== undefined && !isLoopbackOrigin(origin, boundHost)) {
    return `Requests from the origin '${origin}' are refused: this AWS is only for this machine.`;
  }
  if (headers['sec-fetch-site'] === 'cross-site') {
    return 'Requests that a page of another site makes are refused: this AWS is only for this machine.';
  }
  return undefined;
}

/**
 * The reason to refuse a request of a browser to a site that changes something, or undefined: it must come from a page
 * of the site itself. Other programs send no such header.
 */
export function foreignWrite({
  headers,
  method = 'GET',
}: Pick<IncomingMessage, 'headers' | 'method'>): string | undefined {
  const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(method);
  const from = headers['sec-fetch-site'];
  if (isRead || from === undefined || from === 'same-origin') return undefined;
  return `Requests that change something are accepted from pages of this site only, and this one is ${from}.`;
}

/** The host without port, brackets and the prefixes that SDKs add. */
function hostname(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^(sync|stream|streaming)-/, '');
}

function isLoopback(name: string, boundHost: string): boolean {
  return (
    name === boundHost.toLowerCase() ||
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
}

function isLoopbackOrigin(origin: string, boundHost: string): boolean {
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match?.[1] !== undefined && isLoopback(hostname(match[1]), boundHost);
}

/** Whether an address to listen on is this machine's own. */
export function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
