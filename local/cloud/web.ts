import type { Readable } from 'node:stream';

/** A header as it was sent; names are in lower case, and one that was sent twice is there twice. */
export type WebHeader = readonly [name: string, value: string];

/**
 * An HTTP request for an address that a service serves itself, such as a route of an HTTP API or a page for sign-in, and
 * not for an operation of AWS's APIs.
 */
export interface WebRequest {
  readonly method: string;
  /** The `Host` header in lower case, with its port. */
  readonly host: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly headers: readonly WebHeader[];
  /** The client's address. */
  readonly sourceIp: string;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal;
  /** The whole body. @throws ServiceError RequestEntityTooLargeException above the limit */
  collect(limitBytes: number): Promise<Uint8Array>;
}

export interface WebResponse {
  readonly status: number;
  readonly headers: readonly WebHeader[];
  readonly body?: string | Uint8Array;
  /** The body of a response that is too large to hold. */
  readonly stream?: Readable;
}

/** The values of a header, in the order in which they were sent. */
export function headerValues(
  { headers }: Pick<WebRequest, 'headers'>,
  name: string,
): readonly string[] {
  return headers.flatMap(([given, value]) => (given === name ? [value] : []));
}

/** The value of a header; the values of one that was sent twice are joined by commas, as HTTP allows. */
export function headerOf(request: Pick<WebRequest, 'headers'>, name: string): string | undefined {
  const values = headerValues(request, name);
  return values.length === 0 ? undefined : values.join(',');
}
