import type { Readable } from 'node:stream';
import type { WebHeader, WebRequest } from '../../../cloud/web.ts';

/** A request on its way from the viewer to an origin. */
export interface EdgeRequest {
  readonly method: string;
  /** The path, percent-encoded. */
  readonly uri: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: readonly WebHeader[];
  readonly web: WebRequest;
}

/** A response on its way to the viewer. */
export interface EdgeResponse {
  readonly status: number;
  readonly headers: readonly WebHeader[];
  readonly body?: string | Uint8Array | Readable;
  /** The value of `x-cache`, before ` from cloudfront`. */
  readonly mark: string;
}

export function valueOf(headers: readonly WebHeader[], name: string): string | undefined {
  const values = headers.flatMap(([given, value]) => (given === name ? [value] : []));
  return values.length === 0 ? undefined : values.join(', ');
}

export function without(headers: readonly WebHeader[], name: string): readonly WebHeader[] {
  return headers.filter(([given]) => given !== name);
}

/** The headers with one in place of all of that name. */
export function replaced(
  headers: readonly WebHeader[],
  name: string,
  value: string,
): readonly WebHeader[] {
  return [...without(headers, name), [name, value]];
}
