import { ServiceError } from '../cloud/service-error.ts';
import type { WebHeader, WebRequest } from '../cloud/web.ts';

/** A request of a test for an address that a service serves itself. */
export interface Sent {
  /** The host, the path and the query: `host/path?query`. */
  readonly url: string;
  /** The host where it is not a name of the Internet; `url` begins at the path then. */
  readonly host?: string;
  readonly method?: string;
  readonly headers?: readonly WebHeader[];
  readonly body?: string | Uint8Array;
}

/** The request as the gateway gives it to services. */
export function webRequest(sent: Sent): WebRequest {
  const { url, method = 'GET', headers = [], body = '' } = sent;
  const [target = '', query = ''] = url.split('?');
  const [name = '', ...path] = target.split('/');
  const bytes = Buffer.from(body);
  return {
    method,
    host: sent.host ?? name,
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
