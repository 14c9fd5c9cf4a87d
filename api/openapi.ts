import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { PROBLEM_MEDIA_TYPE, type ProblemKind, problemSchema, problems } from './problem.ts';
import { BASE_PATH, type Route } from './route.ts';
import { routesInOrder } from './routes.ts';
import { groups, nameScope, scopes } from './scopes.ts';

type Document = ReturnType<typeof createDocument>;

const DESCRIPTION = [
  'The HTTP API of Stepmill: start trainings, ask live models, approve models, and everything that the console shows.',
  'Routes are below `/api/v1`. `POST /training/start`, `POST /inference/predict`, `GET /models` and `POST /models/{version}/approve` also answer at the root of the API.',
  'A token of the user pool carries scopes, which limit the client, and groups, which say what the person may do: both are needed.',
  'API Gateway itself answers requests without a valid token (401), without the scope of the route (403), above the rate of the route (429) and to unknown routes (404), with `{"message": "…"}`; all other errors are problems as RFC 9457 describes them.',
].join('\n\n');

/** Renders the OpenAPI document of all routes. */
export function renderOpenApi(): Document {
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Stepmill', version: '1', description: DESCRIPTION },
    servers: [{ url: BASE_PATH }],
    tags: tagsOf(routesInOrder).map((name) => ({ name })),
    paths: renderPaths(),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: `An access token of the user pool. Scopes: ${listOf(scopes, nameScope)} Groups: ${listOf(groups)}`,
        },
      },
      schemas: { Problem: problemSchema },
    },
  });
}

function listOf<Name extends string>(
  names: Readonly<Record<Name, string>>,
  render: (name: Name) => string = (name) => name,
): string {
  return (Object.entries(names) as [Name, string][])
    .map(([name, meaning]) => `\`${render(name)}\`: ${meaning}.`)
    .join(' ');
}

/** Routes are grouped by the first word of their paths; those of a project by the next one. */
export function tagOf({ path }: Route): string {
  const words = path.split('/').filter((word) => word !== '' && !word.startsWith('{'));
  const [first = '', second] = words;
  if (first === 'public') return 'public';
  return first === 'projects' && second !== undefined ? second : first;
}

function tagsOf(all: readonly Route[]): readonly string[] {
  return [...new Set(all.map(tagOf))];
}

function renderPaths() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routesInOrder) {
    paths[route.path] = {
      ...paths[route.path],
      ...(route.isAtRoot === true ? { servers: [{ url: BASE_PATH }, { url: '/' }] } : {}),
      [route.method.toLowerCase()]: renderOperation(route),
    };
  }
  return paths;
}

function renderOperation(route: Route): ZodOpenApiOperationObject {
  const { path, query, body } = route.request;
  const headers = headersOf(route);
  return {
    operationId: route.id,
    tags: [tagOf(route)],
    summary: route.summary,
    'x-problems': problemsOf(route),
    description: describeAccess(route),
    security: route.scope === undefined ? [] : [{ token: [nameScope(route.scope)] }],
    requestParams: {
      ...(path === undefined ? {} : { path }),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { header: headers }),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: body, example: route.example.body } },
          },
        }),
    responses: {
      [String(route.answer.status)]: renderAnswer(route),
      ...(route.isPolled === true ? { '304': { description: 'Nothing has changed' } } : {}),
      ...renderFailures(route),
      ...gatewayFailures,
    },
  };
}

function describeAccess({ description, scope, groups: allowed }: Route): string {
  const access =
    scope === undefined
      ? 'Needs no token.'
      : `Needs the scope \`${nameScope(scope)}\` and one of the groups ${allowed.join(', ')}.`;
  return [...(description === undefined ? [] : [description]), access].join('\n\n');
}

const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/)
    .optional()
    .meta({
      description:
        'Names the request: repeated within a day, it is not done again and has the same answer. 8 to 64 letters, digits, hyphens and underscores, such as a UUID',
    }),
});

const ifNoneMatch = z.object({
  'If-None-Match': z.string().optional().meta({ description: 'ETag of a former answer' }),
});

function headersOf({ isChange, isPolled }: Route): z.ZodObject | undefined {
  if (isChange === true) return idempotencyKey;
  return isPolled === true ? ifNoneMatch : undefined;
}

function renderAnswer({ answer, example, isPolled }: Route) {
  return {
    description: answer.description,
    content: { 'application/json': { schema: answer.body, example: example.answer } },
    ...(isPolled === true
      ? {
          headers: z.object({
            ETag: z.string(),
            'Poll-After': z.string().meta({ description: 'Seconds until asking again' }),
          }),
        }
      : {}),
  };
}

/** The problems of a route, with those that every route of its kind has. */
export function problemsOf(route: Route): readonly ProblemKind[] {
  const { path, query, body } = route.request;
  const takes = path ?? query ?? body;
  return [
    ...(takes === undefined ? [] : (['malformed-request'] as const)),
    ...(route.scope === undefined
      ? []
      : (['unauthenticated', 'wrong-scope', 'wrong-group'] as const)),
    ...route.problems,
    ...(route.isChange === true ? (['request-in-progress', 'key-reused'] as const) : []),
    'too-many-requests',
    'internal-error',
    'service-busy',
  ];
}

/** What API Gateway answers itself. */
const gatewaySchema = z.object({ message: z.string() }).meta({ id: 'GatewayMessage' });

/** The statuses with which API Gateway answers before the router, beside problems of these statuses. */
const GATEWAY_STATUSES: readonly number[] = [401, 403, 404, 429, 500, 503];

/** What API Gateway alone answers: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const gatewayFailures = {
  '413': renderGatewayFailure('Failure413', 'The request has more than 10 MB.'),
  '431': renderGatewayFailure(
    'Failure431',
    'Request line and headers have more than 10,240 bytes.',
  ),
};

function renderGatewayFailure(id: string, description: string) {
  return { id, description, content: { 'application/json': { schema: gatewaySchema } } };
}

/** The answers to requests that fail, by status; which problems a route has is in its `x-problems`. */
const failures = new Map<number, ReturnType<typeof renderFailure>>(
  [...new Set(Object.values(problems).map(({ status }) => status))].map((status) => [
    status,
    renderFailure(status),
  ]),
);

function renderFailure(status: number) {
  const kinds = (Object.keys(problems) as ProblemKind[]).filter(
    (kind) => problems[kind].status === status,
  );
  return {
    id: `Failure${status}`,
    description: kinds.map((kind) => `\`${kind}\`: ${problems[kind].title}.`).join(' '),
    content: {
      [PROBLEM_MEDIA_TYPE]: { schema: problemSchema },
      ...(GATEWAY_STATUSES.includes(status)
        ? { 'application/json': { schema: gatewaySchema } }
        : {}),
    },
  };
}

function renderFailures(route: Route) {
  const statuses = new Set<number>([
    404,
    ...problemsOf(route).map((kind) => problems[kind].status),
  ]);
  return Object.fromEntries([...statuses].map((status) => [status, failures.get(status)]));
}
