import { BadRequestException } from './errors.ts';

/** A route key, taken apart: `GET /runs/{id}`. */
export interface RouteKey {
  /** An HTTP method, or ANY. */
  readonly method: string;
  readonly segments: readonly Segment[];
}

/** A part of the path between two slashes. */
export interface Segment {
  /** `static` is the text itself; the others have the name of a path parameter. */
  readonly kind: 'static' | 'variable' | 'greedy';
  readonly text: string;
}

export const DEFAULT_ROUTE = '$default';

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/**
 * Reads a route key other than `$default`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @throws BadRequestException
 */
export function parseRouteKey(text: string): RouteKey {
  const [method = '', path = '', ...rest] = text.split(' ');
  if (!METHODS.includes(method) || !path.startsWith('/') || rest.length > 0) {
    throw new BadRequestException(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
  }
  const segments = path.slice(1).split('/').map(parseSegment);
  const isMisplaced = segments.slice(0, -1).some(({ kind }) => kind === 'greedy');
  if (isMisplaced) {
    throw new BadRequestException(
      `The route path ${path} is invalid: a greedy path variable must be its last part`,
    );
  }
  return { method, segments };
}

function parseSegment(text: string): Segment {
  const [, name, plus] = /^\{([\w.:-]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return { kind: plus === '+' ? 'greedy' : 'variable', text: name };
  if (/[{}]/.test(text)) {
    throw new BadRequestException(
      `The part ${text} of a route path is neither a text nor a path variable`,
    );
  }
  return { kind: 'static', text };
}
