import { Router } from '@aws-lambda-powertools/event-handler/http';
import type { Context } from 'aws-lambda';
import { BASE_PATH, type Route, type RouteId, routes } from '../../api/index.ts';
import { Api, type ApiOptions } from './api-state.ts';
import { admit } from './caller.ts';
import { explainError } from './explain-error.ts';
import { readRequest } from './read-request.ts';
import { respond, respondProblem } from './respond.ts';
import type { RouteFunction } from './route-function.ts';
import { routeFunctions } from './route-functions.ts';
import { nameOfKey, type OnceRequest, RunOnce } from './run-once.ts';

/** What the router writes into the log. */
export type ApiLogger = NonNullable<ConstructorParameters<typeof Router>[0]>['logger'] & {};

/** Answers events of an HTTP API, payload format 2.0. */
export type ApiRouter = (event: unknown, context: Context) => Promise<unknown>;

/** Connects every route of the contract with its function. */
export function createRouter(options: ApiOptions, logger: ApiLogger): ApiRouter {
  const api = new Api(options);
  const once = new RunOnce(api);
  const router = new Router({ logger });
  for (const id of Object.keys(routes) as RouteId[]) {
    const route: Route = routes[id];
    const run = routeFunctions[id] as unknown as RouteFunction<Route>;
    const paths = [`${BASE_PATH}${route.path}`, ...(route.isAtRoot === true ? [route.path] : [])];
    const handle = createHandler(route, run, { api, once, logger });
    for (const path of paths) {
      router.route(handle, { method: route.method, path: toPattern(path) });
    }
  }
  router.notFound(async (_error, { event }) =>
    respondProblem('route-not-found', requestIdOf(event)),
  );
  return (event, context) => router.resolve(withReadablePath(withoutStage(event)), context);
}

/** `/models/{version}` → `/models/:version` */
function toPattern(path: string): `/${string}` {
  return path.replaceAll(/\{(\w+)\}/g, ':$1') as `/${string}`;
}

interface Parts {
  readonly api: Api;
  readonly once: RunOnce;
  readonly logger: ApiLogger;
}

interface RouterContext {
  readonly req: Request;
  readonly event: unknown;
  readonly context: Context;
  readonly params: Readonly<Record<string, string>>;
}

function createHandler(route: Route, run: RouteFunction<Route>, parts: Parts) {
  return async (given: RouterContext): Promise<Response> => {
    const requestId = requestIdOf(given.event);
    try {
      return await answer(route, run, given, parts);
    } catch (error) {
      const problem = explainError(error);
      if (problem !== undefined) return respondProblem(problem.kind, requestId, problem);
      parts.logger.error(`${route.id} failed`, error);
      return respondProblem('internal-error', requestId);
    }
  };
}

async function answer(
  route: Route,
  run: RouteFunction<Route>,
  { req, event, context, params }: RouterContext,
  { api, once }: Parts,
): Promise<Response> {
  const caller = admit(event, route);
  const request = readRequest(route, {
    path: params,
    query: Object.fromEntries(new URL(req.url).searchParams),
    body: route.request.body === undefined ? undefined : await req.text(),
  });
  const key = route.isChange === true ? req.headers.get('idempotency-key') : null;
  const named: OnceRequest | undefined =
    key === null ? undefined : { key, caller: caller.sub, route: route.id, request };
  let isBusy = false;
  const act = async () => {
    const body = await run(request, {
      api,
      caller,
      requestId: requestIdOf(event),
      receivedAt: (event as HttpEvent).requestContext?.timeEpoch ?? api.options.now(),
      name: named === undefined ? undefined : nameOfKey(named),
      noteActivity: () => (isBusy = true),
    });
    return body as object;
  };
  const body = named === undefined ? await act() : await once.run(named, context, act);
  return respond(route, { body, isBusy, ifNoneMatch: req.headers.get('if-none-match') });
}

interface HttpEvent {
  readonly rawPath?: string;
  readonly requestContext?: {
    readonly requestId?: string;
    readonly stage?: string;
    readonly timeEpoch?: number;
  };
}

function requestIdOf(event: unknown): string {
  return (event as HttpEvent | undefined)?.requestContext?.requestId ?? '';
}

/**
 * Powertools reads the path as a URL, which ends at `?` and at spaces and has no `..`; it decodes parameters, and fails
 * at a `%` that begins no character and at a parameter of spaces. All of these are text here, which the contract judges.
 */
function withReadablePath(event: unknown): unknown {
  const { rawPath = '' } = event as HttpEvent;
  const text = isEncoded(rawPath) ? rawPath : rawPath.replaceAll('%', '%25');
  return { ...(event as object), rawPath: text.split('/').map(readableSegment).join('/') };
}

function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

const DOTS = /^\.{1,2}$/;

function readableSegment(segment: string): string {
  const text = decodeURIComponent(segment);
  const isLost = text !== '' && (text.trim() === '' || DOTS.test(text));
  if (isLost) return encodeURIComponent(encodeURIComponent(text).replaceAll('.', '%2E'));
  return segment.replaceAll(/[\s\p{Cc}?#\\]/gu, encodeURIComponent);
}

/** A named stage is the first part of the path; the contract does not know it. */
function withoutStage(event: unknown): unknown {
  const { rawPath = '', requestContext } = event as HttpEvent;
  const stage = requestContext?.stage;
  if (stage === undefined || stage === '$default' || !rawPath.startsWith(`/${stage}/`))
    return event;
  return { ...(event as object), rawPath: rawPath.slice(stage.length + 1) };
}
