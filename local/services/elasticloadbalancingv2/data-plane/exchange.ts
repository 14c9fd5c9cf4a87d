import type { Readable } from 'node:stream';
import type { WebHeader } from '../../../cloud/web.ts';

/** A request to a listener. */
export interface BalancedRequest {
  readonly method: string;
  /** As sent, percent-encoded, with the query. */
  readonly url: string;
  readonly headers: readonly WebHeader[];
  readonly sourceIp: string;
  readonly body: Readable | Uint8Array;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
}

/** The answer of a target, or of the load balancer itself. */
export interface BalancedResponse {
  readonly status: number;
  readonly headers: readonly WebHeader[];
  readonly body: Readable | string;
}

/** AWS's page of an error: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
export function errorPage(status: number): BalancedResponse {
  const title = `${status} ${TITLES[status] ?? 'Error'}`;
  return {
    status,
    headers: [
      ['server', 'awselb/2.0'],
      ['content-type', 'text/html'],
    ],
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  408: 'Request Time-out',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};
