import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  BASE_PATH,
  groups,
  nameScope,
  type ProblemDocument,
  type Route,
  routes,
} from '../../api/index.ts';
import type { Answers } from '../../operations/scripted-clients.testing.ts';
import {
  type Asked,
  ask,
  awsError,
  claimsOf,
  createApi,
  everyScope,
  problemIn,
} from './api.testing.ts';

const all = Object.entries<Route>(routes);
const guarded = all.filter(([, { scope }]) => scope !== undefined);

/** The example of a route as a request. */
function exampleOf({ method, path, example }: Route, base = BASE_PATH): Asked {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(example.path?.[name] ?? ''),
  );
  return {
    method,
    path: `${base}${filled}`,
    query: example.query,
    body: example.body === undefined ? undefined : JSON.stringify(example.body),
  };
}

describe.each(guarded)('%s', (_id, route) => {
  it('answers a call without a token by name', async () => {
    const answer = await ask(createApi(), exampleOf(route));
    expect(answer.statusCode).toBe(401);
    expect(problemIn(answer)).toBe('unauthenticated');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('answers a token without its scope by name', async () => {
    const others = everyScope.filter((scope) => scope !== route.scope);
    const claims = claimsOf(others, ...Object.keys(groups));
    const answer = await ask(createApi(), { ...exampleOf(route), claims });
    expect([answer.statusCode, problemIn(answer)]).toEqual([403, 'wrong-scope']);
  });

  it('answers a person of other groups with every scope by name', async () => {
    const others = Object.keys(groups).filter(
      (group) => !route.groups.some((own) => own === group),
    );
    for (const claims of [claimsOf(everyScope, ...others), claimsOf(everyScope)]) {
      const answer = await ask(createApi(), { ...exampleOf(route), claims });
      expect([answer.statusCode, problemIn(answer)]).toEqual([403, 'wrong-group']);
    }
  });
});

const malformed = all.filter(
  ([, { request }]) => request.body !== undefined || request.query !== undefined,
);

describe.each(malformed)('a malformed call of %s', (_id, route) => {
  const claims = claimsOf(everyScope, ...Object.keys(groups));

  it('is answered with the place of the mistake', async () => {
    const example = exampleOf(route);
    const isBody = route.request.body !== undefined;
    const answer = await ask(createApi(), {
      ...example,
      claims,
      ...(isBody
        ? { body: JSON.stringify({ ...(route.example.body as object), '~odd/name': 1 }) }
        : { query: { ...example.query, odd: '1' } }),
    });
    expect([answer.statusCode, problemIn(answer)]).toEqual([400, 'malformed-request']);
    const [mistake] = (JSON.parse(answer.body) as ProblemDocument).errors ?? [];
    expect(mistake).toMatchObject(isBody ? { pointer: '#/~0odd~1name' } : { parameter: 'odd' });
  });
});

const withBody = all.filter(([, { request }]) => request.body !== undefined);

it.each(withBody)(
  'a body of %s that is not a JSON object is answered by name',
  async (_id, route) => {
    const claims = claimsOf(everyScope, ...Object.keys(groups));
    for (const body of ['{', '', '[]', 'null']) {
      const answer = await ask(createApi(), { ...exampleOf(route), claims, body });
      expect([answer.statusCode, problemIn(answer)]).toEqual([400, 'malformed-request']);
    }
  },
);

describe('the router', () => {
  const viewer = claimsOf(everyScope, 'viewer');

  it('answers the four routes of platforms at the root, and no other', async () => {
    const atRoot = all.filter(([, { isAtRoot }]) => isAtRoot === true).map(([id]) => id);
    expect(new Set(atRoot)).toEqual(
      new Set(['startTraining', 'predict', 'listModels', 'approveModel']),
    );
    for (const [id, route] of all) {
      const answer = await ask(createApi(), exampleOf(route, ''));
      const isThere = atRoot.includes(id);
      if (isThere) expect(problemIn(answer)).toBe('unauthenticated');
      else expect([id, answer.statusCode]).toEqual([id, 404]);
    }
  });

  it.each([
    ...['%¸', '%FF', '%'],
    ...[' ', '%20', '%09', '\u00a0', 'abalone:1 ', '.', '..', '%2e%2E', '?', '#', 'a?b=c', '\\'],
  ])('reads %s in a path as text', async (version) => {
    const answer = await ask(createApi(), {
      path: `${BASE_PATH}/models/${version}/plan`,
      claims: viewer,
    });
    expect([answer.statusCode, problemIn(answer)]).toEqual([400, 'malformed-request']);
  });

  it('names a route that is not there, and a project', async () => {
    const none = await ask(createApi(), { path: `${BASE_PATH}/nothing`, claims: viewer });
    const project = await ask(createApi(), {
      path: `${BASE_PATH}/projects/loans/schema`,
      claims: viewer,
    });
    expect([problemIn(none), problemIn(project)]).toEqual(['route-not-found', 'project-not-found']);
  });

  it('answers 304 to a client that has the answer, also where CloudFront has weakened its ETag', async () => {
    const api = createApi();
    const asked = { path: `${BASE_PATH}/projects`, claims: viewer };
    const first = await ask(api, asked);
    const etag = first.headers['etag'] ?? '';
    const [again, weak, other] = await Promise.all(
      [etag, `W/${etag}`, '"other"'].map((each) =>
        ask(api, { ...asked, headers: { 'if-none-match': each } }),
      ),
    );
    expect(first.headers['poll-after']).toBe('15');
    expect([again?.statusCode, weak?.statusCode, other?.statusCode]).toEqual([304, 304, 200]);
    expect(again?.headers['etag']).toBe(etag);
  });

  it('strips a named stage from the path', async () => {
    const answer = await createApi()(
      {
        version: '2.0',
        routeKey: 'GET /api/v1/projects',
        rawPath: '/dev/api/v1/projects',
        rawQueryString: '',
        headers: { host: 'x' },
        requestContext: {
          http: { method: 'GET', path: '/dev/api/v1/projects' },
          stage: 'dev',
          domainName: 'x',
          authorizer: { jwt: { claims: viewer } },
        },
        isBase64Encoded: false,
      },
      {} as Context,
    );
    expect(answer).toMatchObject({ statusCode: 200 });
  });

  it.each([
    ['ThrottlingException', 503, 'service-busy'],
    ['TypeError', 500, 'internal-error'],
  ])('answers %s of a service with %s', async (name, status, kind) => {
    const api = createApi({
      ListExecutions: () => {
        throw Object.assign(new Error('secret of a service'), { name });
      },
    });
    const answer = await ask(api, {
      path: `${BASE_PATH}/projects/abalone/executions`,
      claims: viewer,
    });
    expect([answer.statusCode, problemIn(answer)]).toEqual([status, kind]);
    expect(answer.body).not.toContain('secret');
  });

  it('asks Step Functions once for many people who look at the same time', async () => {
    let asked = 0;
    const api = createApi({
      ListExecutions: () => {
        asked += 1;
        return { executions: [] };
      },
    });
    const path = `${BASE_PATH}/projects/abalone/executions`;
    await Promise.all(Array.from({ length: 50 }, () => ask(api, { path, claims: viewer })));
    expect(asked).toBe(1);
  });
});

describe('who calls', () => {
  const path = `${BASE_PATH}/projects`;
  const scope = nameScope('read');
  const asPerson = async (claims: Readonly<Record<string, unknown>>) => {
    const answer = await ask(createApi(), { path, claims: { scope, ...claims } });
    return answer.statusCode === 200
      ? 'let in'
      : (JSON.parse(answer.body) as ProblemDocument).detail;
  };

  it.each([
    ['[viewer]'],
    ['[other viewer]'],
    ['[other, viewer]'],
    ['viewer'],
    [['other', 'viewer']],
  ])('is in the groups of the claim %j', async (claim) => {
    expect(await asPerson({ 'cognito:groups': claim })).toBe('let in');
  });

  it.each([
    [{ username: 'ada', 'cognito:groups': '[other]' }, 'ada', 'none'],
    [{ 'cognito:username': 'eve', 'cognito:groups': 7 }, 'eve', 'none'],
    [{ username: 5, client_id: 'machine' }, 'machine', 'none'],
    [{}, '', 'none'],
  ])('is named as the claims %j say', async (claims, name, own) => {
    const detail = await asPerson(claims);
    const start = `${name} must be in the group `;
    expect(detail?.slice(0, start.length)).toBe(start);
    expect(detail).toContain(
      `, and is in ${own}; nothing was done. An administrator of the user pool can add people to groups.`,
    );
  });

  it('names the groups that count', async () => {
    const answer = await ask(createApi(), {
      method: 'POST',
      path: `${BASE_PATH}/models/abalone:3/approve`,
      body: '{}',
      claims: claimsOf(everyScope, 'viewer', 'strangers', 'operator'),
    });
    expect(JSON.parse(answer.body)).toEqual({
      type: 'urn:stepmill:problem:wrong-group',
      title: 'Group membership required',
      status: 403,
      detail:
        'ada must be in the group approver, and is in viewer, operator; nothing was done. An administrator of the user pool can add people to groups.',
      requestId: 'r',
    });
  });

  it('without a scope or a token says what is missing', async () => {
    expect(await asPerson({ scope: 'openid', 'cognito:groups': '[viewer]' })).toBe(
      `The token has not the scope ${scope}.`,
    );
    const answer = await ask(createApi(), { path });
    expect((JSON.parse(answer.body) as ProblemDocument).detail).toBe(
      'Sign in, and send the access token as a bearer token.',
    );
  });
});

describe('an answer', () => {
  const viewer = claimsOf(everyScope, 'viewer');
  const path = `${BASE_PATH}/projects`;

  it('is for one client only, and names its content', async () => {
    const api = createApi();
    const { headers } = await ask(api, { path, claims: viewer });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'private, no-cache',
      etag: expect.stringMatching(/^"[\w-]{27}"$/),
    });
    const etag = headers['etag'] ?? '';
    const statusOf = async (ifNoneMatch: string) =>
      (await ask(api, { path, claims: viewer, headers: { 'if-none-match': ifNoneMatch } }))
        .statusCode;
    expect(await statusOf(`"a", ${etag}`)).toBe(304);
    expect(await statusOf('*')).toBe(304);
    expect(await statusOf('"a", "b"')).toBe(200);
    expect(await statusOf(`X/${etag}`)).toBe(200);
  });

  it('that is never polled has no name', async () => {
    const { headers } = await ask(createApi({ Query: () => ({}) }), {
      path: `${path}/abalone/audit`,
      claims: viewer,
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'private, no-cache',
    });
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('poll-after');
  });

  it('that is a problem says so, and when to try again', async () => {
    const answer = await ask(
      createApi({
        ListExecutions: () => {
          throw awsError('ThrottlingException');
        },
      }),
      { path: `${path}/abalone/executions`, claims: viewer },
    );
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'private, no-cache',
      'retry-after': '2',
    });
    const none = await ask(createApi(), { path: `${BASE_PATH}/nothing` });
    expect(none.headers).not.toHaveProperty('retry-after');
    expect(none.headers).not.toHaveProperty('www-authenticate');
    expect(JSON.parse(none.body)).toEqual({
      type: 'urn:stepmill:problem:route-not-found',
      title: 'Route not found',
      status: 404,
      requestId: 'r',
    });
  });

  it.each([
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
    'RequestLimitExceeded',
    'ServiceUnavailable',
    'SlowDown',
    'ProvisionedThroughputExceededException',
  ])('to %s of a service asks for patience', async (name) => {
    const api = createApi({
      ListExecutions: () => {
        throw awsError(name);
      },
    });
    const answer = await ask(api, { path: `${path}/abalone/executions`, claims: viewer });
    expect([answer.statusCode, problemIn(answer)]).toEqual([503, 'service-busy']);
  });
});

const everyone = claimsOf(everyScope, ...Object.keys(groups));
const datasetUri = 's3://bucket/key';

/** What is wrong with parameters. */
const mistakesOf = async (path: string, query: Readonly<Record<string, string>>) => {
  const { body } = await ask(createApi(), { path: `${BASE_PATH}${path}`, query, claims: everyone });
  return (JSON.parse(body) as ProblemDocument).errors;
};

const problemOf = async (body: string) => {
  const answer = await ask(createApi(), {
    method: 'POST',
    path: `${BASE_PATH}/training/start`,
    body,
    claims: everyone,
  });
  return JSON.parse(answer.body) as ProblemDocument;
};

/** Fields that no training has. */
const oddFields = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`odd${index}`, 1]));

const problemOfMany = (count: number) =>
  problemOf(JSON.stringify({ modelName: 'abalone', datasetUri, ...oddFields(count) }));

describe('mistakes of a request', () => {
  it('are counted and listed, fifty at most', async () => {
    expect(await problemOfMany(1)).toMatchObject({
      detail: 'The request has a mistake; nothing was done.',
      errors: [{ pointer: '#/odd0', detail: 'is not a field of this request' }],
    });
    const many = await problemOfMany(51);
    expect(many.detail).toBe('The request has 51 mistakes; nothing was done.');
    expect(many.errors).toHaveLength(50);
  });

  it('in a body that is not JSON are one', async () => {
    expect(await problemOf('{')).toMatchObject({
      detail: 'The body is not JSON; nothing was done.',
      errors: [{ pointer: '#', detail: 'is not JSON' }],
    });
  });

  it('have pointers that can stand in an address', async () => {
    const odd = { modelName: 'abalone', datasetUri, 'a b~/ä\ud800': 1 };
    const { errors } = await problemOf(JSON.stringify(odd));
    expect(errors?.[0]?.pointer).toBe('#/a%20b~0~1%C3%A4%EF%BF%BD');
  });

  it('in parameters name them', async () => {
    expect(await mistakesOf('/projects', { odd: '1' })).toEqual([
      { parameter: 'odd', detail: 'is not a parameter' },
    ]);
    expect(await mistakesOf('/models', { odd: '1', other: '2' })).toEqual([
      { parameter: 'odd', detail: 'is not a parameter' },
      { parameter: 'other', detail: 'is not a parameter' },
    ]);
    expect(await mistakesOf('/models', { pageSize: '101' })).toMatchObject([
      { parameter: 'pageSize' },
    ]);
  });
});

/** The body of a question. */
const bodyOf = (...records: readonly object[]) => JSON.stringify({ records });

/** A model's answer, given by a variant. */
const answeredBy = (InvokedProductionVariant: string): Answers => ({
  InvokeEndpoint: () => ({
    InvokedProductionVariant,
    Body: { transformToString: () => '{"predictions":[{"prediction":9.5}]}' },
  }),
});

describe('a prediction', () => {
  const live: Answers = {
    DescribeEndpoint: () => ({ EndpointConfigName: 'c' }),
    DescribeEndpointConfig: () => ({
      ProductionVariants: [
        { VariantName: 'AllTraffic', ModelName: '3' },
        { VariantName: 'Challenger', ModelName: '4' },
      ],
    }),
    DescribeModel: ({ ModelName }: { readonly ModelName: string }) => ({
      PrimaryContainer: { ModelPackageName: `arn:package/Abalone/${ModelName}` },
    }),
  };
  const path = `${BASE_PATH}/public/projects/abalone/predict`;

  it('turns named fields into what the model reads, without sign-in where the project is open', async () => {
    const sent: unknown[] = [];
    const api = createApi({
      ...live,
      InvokeEndpoint: (input: { readonly Body: string; readonly InferenceId: string }) => {
        sent.push(JSON.parse(input.Body), input.InferenceId);
        return {
          InvokedProductionVariant: 'AllTraffic',
          Body: { transformToString: () => '{"predictions":[{"prediction":9.5}]}' },
        };
      },
    });
    const answer = await ask(api, {
      method: 'POST',
      path,
      body: bodyOf({ sex: ' M', length: '0.5' }),
    });
    expect(sent).toEqual([
      { rows: [{ sex: 'M', length: 0.5 }], include: ['confidence', 'riskFactors'] },
      'an-id',
    ]);
    expect(JSON.parse(answer.body)).toEqual({
      modelName: 'abalone',
      model: 'abalone:3',
      variant: 'AllTraffic',
      predictions: [{ prediction: 9.5, inferenceId: 'an-id.1' }],
    });
  });

  it('names the version of the variant that answered', async () => {
    const api = createApi({ ...live, ...answeredBy('Challenger') });
    const answer = await ask(api, { method: 'POST', path, body: bodyOf({ sex: 'M', length: 1 }) });
    expect(JSON.parse(answer.body)).toMatchObject({ model: 'abalone:4', variant: 'Challenger' });
  });

  it('names the version that a rollout has just made live', async () => {
    const configs = ['abalone-1', 'abalone-2'];
    const states = ['Updating', 'InService', 'Updating'];
    const api = createApi({
      ...live,
      ...answeredBy('AllTraffic'),
      DescribeEndpoint: () => ({
        EndpointStatus: states.shift(),
        EndpointConfigName: configs.shift(),
      }),
      DescribeEndpointConfig: ({ EndpointConfigName = '' }: { EndpointConfigName?: string }) => ({
        ProductionVariants: [
          { VariantName: 'AllTraffic', ModelName: EndpointConfigName.replace('abalone-', '') },
        ],
      }),
    });
    const models = [];
    for (let count = 0; count < 3; count += 1) {
      const asked = { method: 'POST', path, body: bodyOf({ sex: 'M', length: 1 }) };
      models.push((JSON.parse((await ask(api, asked)).body) as { model: string }).model);
    }
    expect(models).toEqual(['abalone:1', 'abalone:2', 'abalone:2']);
  });

  it('names each field that the columns do not allow', async () => {
    const records = [{ sex: 'X', length: 3, rings: 4, weight: 1 }, { sex: 'F' }];
    const answer = await ask(createApi(), { method: 'POST', path, body: bodyOf(...records) });
    expect((JSON.parse(answer.body) as ProblemDocument).errors).toEqual([
      { pointer: '#/records/0/rings', detail: 'is what is predicted; leave it out' },
      { pointer: '#/records/0/weight', detail: 'is not a column' },
      { pointer: '#/records/0/sex', detail: 'must be F or M' },
      { pointer: '#/records/1/length', detail: 'is missing' },
    ]);
  });

  it.each([
    [
      'ModelError',
      { OriginalStatusCode: 400, OriginalMessage: '{"error":"Row 1: no"}' },
      422,
      'rows-refused',
    ],
    ['ModelError', { OriginalStatusCode: 500, OriginalMessage: 'secret' }, 502, 'model-failed'],
    [
      'ValidationError',
      { message: 'Endpoint abalone of account 1 not found.' },
      409,
      'no-live-model',
    ],
  ])('names %s %j of the endpoint', async (name, members, status, kind) => {
    const api = createApi({
      ...live,
      InvokeEndpoint: () => {
        throw Object.assign(
          new Error('message' in members ? members.message : ''),
          { name },
          members,
        );
      },
    });
    const answer = await ask(api, { method: 'POST', path, body: bodyOf({ sex: 'M', length: 1 }) });
    expect([answer.statusCode, problemIn(answer)]).toEqual([status, kind]);
    expect(answer.body).not.toContain('secret');
  });

  it('of a project that is not open is refused as of one that is not there', async () => {
    const names = ['titanic', 'loans'];
    for (const name of names) {
      const answer = await ask(createApi(), {
        method: 'POST',
        path: `${BASE_PATH}/public/projects/${name}/predict`,
        body: bodyOf({ sex: 'M' }),
      });
      expect([answer.statusCode, problemIn(answer)]).toEqual([404, 'project-not-found']);
    }
  });
});

it('a field that schemas would leave out in silence is refused', async () => {
  const answer = await ask(createApi(), {
    method: 'POST',
    path: `${BASE_PATH}/training/start`,
    claims: claimsOf(everyScope, 'operator'),
    body: '{"modelName":"abalone","datasetUri":"s3://a/b","hyperparameters":{"__pr\\u006fto__":1}}',
  });
  expect([answer.statusCode, problemIn(answer)]).toEqual([400, 'malformed-request']);
  expect(answer.body).toContain('__proto__ is not a name that a field can have');
});
