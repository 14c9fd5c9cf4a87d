import { DEFAULT_ROUTE, parseRouteKey, type RouteKey } from '../route-key.ts';
import type { RouteRecord } from '../store.ts';

/** The route of a request, with the values of its path variables. */
export interface MatchedRoute {
  readonly route: RouteRecord;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Candidate extends MatchedRoute {
  /** The kind of match: the lower, the better. */
  readonly rank: string;
}

/**
 * The route for a method and a decoded path: a full match before a greedy one before `$default`; of two, the one with
 * a static part where the other has a variable; then the one for this method before ANY.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 */
export function findRoute(
  routes: readonly RouteRecord[],
  method: string,
  path: string,
): MatchedRoute | undefined {
  const parts = path.slice(1).split('/');
  let best: Candidate | undefined;
  for (const route of routes) {
    const candidate = match(route, method, parts);
    if (candidate !== undefined && (best === undefined || candidate.rank < best.rank))
      best = candidate;
  }
  return best;
}

const parsed = new WeakMap<RouteRecord, RouteKey>();

function keyOf(route: RouteRecord): RouteKey {
  let key = parsed.get(route);
  if (key === undefined) {
    key = parseRouteKey(route.settings.RouteKey ?? '');
    parsed.set(route, key);
  }
  return key;
}

/** Sorts behind every other rank. */
const DEFAULT_RANK = 'z';
const RANKS = { static: '0', variable: '1', greedy: '2' } as const;

function match(
  route: RouteRecord,
  method: string,
  parts: readonly string[],
): Candidate | undefined {
  if (route.settings.RouteKey === DEFAULT_ROUTE) {
    return { route, pathParameters: {}, rank: DEFAULT_RANK };
  }
  const { method: ownMethod, segments } = keyOf(route);
  if (ownMethod !== 'ANY' && ownMethod !== method) return undefined;
  const isGreedy = segments.at(-1)?.kind === 'greedy';
  if (isGreedy ? parts.length < segments.length : parts.length !== segments.length)
    return undefined;
  const pathParameters: Record<string, string> = {};
  for (const [index, { kind, text }] of segments.entries()) {
    const part = kind === 'greedy' ? parts.slice(index).join('/') : (parts[index] ?? '');
    if (kind === 'static' ? part !== text : part === '') return undefined;
    if (kind !== 'static') pathParameters[text] = part;
  }
  const kinds = segments.map(({ kind }) => RANKS[kind]).join('');
  const rank = `${isGreedy ? 'b' : 'a'}${kinds}${ownMethod === 'ANY' ? 'y' : 'x'}`;
  return { route, pathParameters, rank };
}
