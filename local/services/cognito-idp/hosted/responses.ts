import { createHash } from 'node:crypto';
import type { WebHeader, WebResponse } from '../../../cloud/web.ts';
import type { TooManyAttempts } from './address-limit.ts';

const NOT_STORED: WebHeader = ['cache-control', 'no-store'];

/** The documents and endpoints that pages of other origins can call. */
export const FOR_ALL_ORIGINS: readonly WebHeader[] = [['access-control-allow-origin', '*']];

export function json(
  status: number,
  value: object,
  headers: readonly WebHeader[] = FOR_ALL_ORIGINS,
): WebResponse {
  return {
    status,
    headers: [['content-type', 'application/json;charset=UTF-8'], NOT_STORED, ...headers],
    body: JSON.stringify(value),
  };
}

export function redirect(location: string, headers: readonly WebHeader[] = []): WebResponse {
  return { status: 302, headers: [['location', location], NOT_STORED, ...headers] };
}

/** The answer to a preflight. */
export function preflight(): WebResponse {
  return {
    status: 200,
    headers: [
      ...FOR_ALL_ORIGINS,
      ['access-control-allow-methods', 'GET, POST'],
      ['access-control-allow-headers', 'authorization, content-type'],
    ],
  };
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:22rem;padding:0 1rem}label,input,button{display:block;width:100%;box-sizing:border-box}input{margin:.25rem 0 1rem;padding:.5rem;font:inherit}button{padding:.6rem;font:inherit;cursor:pointer}[role=alert]{color:#b00020}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

interface PageOptions {
  readonly status?: number;
  readonly headers?: readonly WebHeader[];
  /** The origin that a form's response can redirect to. */
  readonly formTarget?: string | undefined;
}

/** A page without scripts. The content must be escaped. */
export function page(
  title: string,
  content: string,
  { status = 200, headers = [], formTarget }: PageOptions = {},
): WebResponse {
  const forms = ["'self'", ...(formTarget === undefined ? [] : [formTarget])].join(' ');
  const policy = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`;
  return {
    status,
    headers: [
      ['content-type', 'text/html;charset=UTF-8'],
      ['content-security-policy', policy],
      ['x-content-type-options', 'nosniff'],
      // With `no-referrer`, browsers send the form with the origin `null`, which the runtime refuses as foreign.
      ['referrer-policy', 'same-origin'],
      NOT_STORED,
      ...headers,
    ],
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1>${content}</main></body></html>`,
  };
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** The page for a request that must not be redirected, because its client or its address is unknown. */
export function errorPage(message: string): WebResponse {
  return page('Something went wrong', `<p role="alert">${escaped(message)}</p>`, { status: 400 });
}

/** What managed login answers above a rate: status 429 with this text. */
export function tooManyAttempts({ message, retryAfterSeconds }: TooManyAttempts): WebResponse {
  const text = `${message}. Too many sign-ins from this address failed; the next is possible in ${retryAfterSeconds} seconds.`;
  return page('Something went wrong', `<p role="alert">${escaped(text)}</p>`, {
    status: 429,
    headers: [['retry-after', String(retryAfterSeconds)]],
  });
}
