import * as z from 'zod';

/** Every problem that the API answers with, by the last part of its `type`. */
export const problems = {
  'malformed-request': { status: 400, title: 'Malformed request' },
  unauthenticated: { status: 401, title: 'Missing or invalid token' },
  'wrong-scope': { status: 403, title: 'Scope missing from the token' },
  'wrong-group': { status: 403, title: 'Group membership required' },
  'route-not-found': { status: 404, title: 'Route not found' },
  'project-not-found': { status: 404, title: 'Project not found' },
  'dataset-not-found': { status: 404, title: 'Dataset not found' },
  'execution-not-found': { status: 404, title: 'Execution not found' },
  'job-not-found': { status: 404, title: 'Job not found' },
  'version-not-found': { status: 404, title: 'Model version not found' },
  'state-not-found': { status: 404, title: 'State not found in the definition' },
  'no-delivery': { status: 404, title: 'App without a pipeline' },
  'predictions-not-found': { status: 404, title: 'No stored predictions of test rows' },
  'scores-no-files': { status: 409, title: 'Project does not score files' },
  'not-monitored': { status: 409, title: 'Project is not monitored' },
  'not-retrained': { status: 409, title: 'Project is not retrained automatically' },
  'no-live-model': { status: 409, title: 'No live model' },
  'already-decided': { status: 409, title: 'Model version already has this status' },
  'decided-by-another': { status: 409, title: 'Another decision came first' },
  'nothing-to-go-back-to': { status: 409, title: 'No earlier model to go back to' },
  'no-trial': { status: 409, title: 'No model on trial' },
  'trial-is-on': { status: 409, title: 'Model on trial' },
  'not-running': { status: 409, title: 'Execution not running' },
  'not-redrivable': { status: 409, title: 'Execution not redrivable' },
  'different-projects': { status: 409, title: 'Model versions of different projects' },
  'different-rows': { status: 409, title: 'No common test rows' },
  'no-approval': { status: 409, title: 'No approval of this environment' },
  'request-in-progress': { status: 409, title: 'Same request still in progress' },
  'key-reused': { status: 422, title: 'Idempotency key used for another request' },
  'test-refused': { status: 422, title: 'Test refused by Step Functions' },
  'rows-refused': { status: 422, title: 'Records refused by the model' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Internal error' },
  'pipeline-unreachable': { status: 502, title: 'Pipeline not reachable' },
  'model-failed': { status: 502, title: 'Model failed' },
  'service-busy': { status: 503, title: 'AWS service throttled or unavailable' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;

export type ProblemKind = keyof typeof problems;

/** What `type` begins with: https://www.rfc-editor.org/rfc/rfc9457 wants a URI, which need not lead anywhere. */
const TYPE_PREFIX = 'urn:stepmill:problem:';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One mistake in a request: in its body, or in a parameter. */
const mistakeSchema = z.object({
  pointer: z
    .string()
    .optional()
    .meta({ description: 'Where in the body, as a JSON Pointer', example: '#/records/0/length' }),
  parameter: z.string().optional().meta({ description: 'Which parameter', example: 'pageToken' }),
  detail: z.string().meta({ description: 'The rule, and what to change' }),
});

export type RequestMistake = z.infer<typeof mistakeSchema>;

export const problemSchema = z
  .object({
    type: z.string().meta({ example: `${TYPE_PREFIX}version-not-found` }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(mistakeSchema).optional(),
    requestId: z.string().optional().meta({ description: 'Names the request in the logs' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

export type ProblemDocument = z.infer<typeof problemSchema>;

/** The document of a problem. */
export function renderProblem(
  kind: ProblemKind,
  rest: Pick<ProblemDocument, 'detail' | 'errors' | 'requestId'> = {},
): ProblemDocument {
  const { status, title } = problems[kind];
  return { type: `${TYPE_PREFIX}${kind}`, title, status, ...rest };
}
