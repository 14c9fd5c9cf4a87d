import { ServiceError } from '../cloud/service-error.ts';
import type { WebHeader, WebRequest } from '../cloud/web.ts';

/** A request of a test for an address that a service serves itself. */
export interface Sent {
  /** The host, the path and the query: `host/path?query`. */
  readonly url: string;
  readonly method?: string;
  readonly headers?: readonly WebHeader[];
  readonly body?: string | Uint8Array;
}

/** The request as the gateway gives it to services. */
export function webRequest({ url, method = 'GET', headers = [], body = '' }: Sent): WebRequest {
  const [target = '', query = ''] = url.split('?');
  const [host = '', ...path] = target.split('/');
  const bytes = Buffer.from(body);
  return {
    method,
    host,
    path: `/${path.join('/')}`,
    query,
    headers,
    sourceIp: '127.0.0.1',
    collect: async (limitBytes) => {
      if (bytes.length <= limitBytes) return bytes;
      throw new ServiceError('RequestEntityTooLargeException', 'too large', { status: 413 });
    },
  };
}
