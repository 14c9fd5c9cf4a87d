import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { expect } from 'vitest';
import {
  BASE_PATH,
  groups,
  nameScope,
  type ProblemDocument,
  type Route,
  type RouteId,
  routes,
  type Scope,
  scopes,
} from '../../api/index.ts';
import type { ProjectFacts } from '../../events/index.ts';
import { deployedProject } from '../../events/project-parameter.testing.ts';
import { type Answers, scriptedClients } from '../../operations/scripted-clients.testing.ts';
import type { PipelineAccess } from './pipeline-access.ts';
import { createRouter } from './router.ts';

export const facts: ProjectFacts = {
  project: 'abalone',
  description: 'Predicts rings',
  problem: 'regression',
  publicPredict: true,
  label: 'rings',
  header: false,
  delimiter: ',',
  encoding: 'utf-8',
  decimal: '.',
  lineEnds: 'lf',
  byteOrderMark: 'refuse',
  missingLabel: 'refuse',
  minimumRows: 100,
  layout: 'file',
  approval: 'manual',
  columns: [
    { name: 'sex', type: 'category', values: ['F', 'M'] },
    { name: 'length', type: 'number', minimum: 0, maximum: 2 },
    { name: 'rings', type: 'integer' },
  ],
  training: {
    hyperparameters: {},
    algorithms: {},
    instanceType: 'ml.m5.large',
    instanceCount: 1,
    timeoutSeconds: 3_600,
  },
  gate: { bounds: [] },
  contentTypes: ['application/json'],
  serving: { type: 'instances', capacity: {} },
  jobNamePrefixes: { processing: [], training: [], transform: [] },
};

/** Not open to everyone. */
export const closed: ProjectFacts = { ...facts, project: 'titanic', publicPredict: false };

export const resources = deployedProject;

/** The ARN of a version's model package. */
export const packageArn = (number: number): string =>
  `arn:aws:sagemaker:us-east-1:1:model-package/Abalone/${number}`;

/** Milliseconds since 1970, of the API's clock. */
export const NOW = Date.parse('2026-11-29T20:00:00Z');

/** What every test needs. */
const deployed: Answers = {
  GetParameter: () => ({ Parameter: { Value: JSON.stringify(resources) } }),
};

/** An AWS in which nothing has happened yet, in SageMaker's words. */
export const idle: Answers = {
  ...deployed,
  DescribeEndpoint: () => {
    throw awsError('ValidationException', 'Could not find endpoint "abalone".');
  },
  DescribeAlarms: () => ({ MetricAlarms: [] }),
  GetMetricData: () => ({ MetricDataResults: [] }),
  GetObject: () => {
    throw awsError('NoSuchKey', 'The specified key does not exist.');
  },
  Invoke: () => ({ StatusCode: 200 }),
  ListExecutions: () => ({ executions: [] }),
  ListModelPackages: () => ({ ModelPackageSummaryList: [] }),
};

/** An error as the SDK throws it. */
export function awsError(name: string, message = name, members: object = {}): Error {
  return Object.assign(new Error(message), { name }, members);
}

/** An object's content as the SDK gives it. */
export function bodyOf(text: string) {
  return {
    transformToString: async () => text,
    transformToByteArray: async () => new TextEncoder().encode(text),
  };
}

export interface ApiWorld {
  readonly facts?: Partial<ProjectFacts>;
  /** @default the one of `facts`, and one that is not deployed */
  readonly projects?: readonly ProjectFacts[];
  readonly now?: () => number;
  /** The approval that this environment decides on. @default the app has no pipeline */
  readonly delivery?: Partial<PipelineAccess>;
  /** @default dev */
  readonly environment?: string;
}

/** The API in front of an AWS that answers as a test says. */
export function createApi(answers: Answers = {}, world: ApiWorld = {}) {
  const clients = scriptedClients({ ...deployed, ...answers });
  const { send } = clients.states as unknown as { readonly send: () => never };
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  // The environment may name another address.
  const endpoint = 'https://s3.us-east-1.amazonaws.com';
  let ids = 0;
  return createRouter(
    {
      environment: world.environment ?? 'dev',
      clients: {
        ...clients,
        // Powertools and presigning look into these clients.
        s3: Object.assign(new S3Client({ region: 'us-east-1', credentials, endpoint }), { send }),
        dynamodb: Object.assign(new DynamoDBClient({ region: 'us-east-1', credentials }), { send }),
        lambda: clients.states as never,
      },
      projects: world.projects ?? [{ ...facts, ...world.facts }, closed],
      auditTable: 'audit',
      auditFunction: 'append',
      requestsTable: 'requests',
      delivery: world.delivery && {
        pipeline: 'stepmill-delivery',
        roleArn: 'arn:aws:iam::000011112222:role/stepmill-delivery-console-prod',
        client: clients.states as never,
        ...world.delivery,
      },
      now: world.now ?? (() => NOW),
      newId: () => (ids++ === 0 ? 'an-id' : `id-${ids}`),
    },
    {
      error: () => undefined,
      warn: () => undefined,
      debug: () => undefined,
      info: () => undefined,
    },
  );
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** By API Gateway's clock. @default the function's */
  readonly receivedAt?: number | undefined;
}

export interface Answered {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As API Gateway calls the function, payload format 2.0. */
export async function ask(api: ReturnType<typeof createApi>, asked: Asked): Promise<Answered> {
  const { method = 'GET', path, query = {}, body, headers = {}, claims, receivedAt } = asked;
  const answer = await api(
    {
      version: '2.0',
      routeKey: `${method} ${path}`,
      rawPath: path,
      rawQueryString: new URLSearchParams(query).toString(),
      queryStringParameters: query,
      headers: { host: 'api.example', 'content-type': 'application/json', ...headers },
      requestContext: {
        http: { method, path },
        domainName: 'api.example',
        stage: '$default',
        requestId: 'r',
        ...(receivedAt === undefined ? {} : { timeEpoch: receivedAt }),
        ...(claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
      },
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: false,
    },
    { getRemainingTimeInMillis: () => 10_000 } as Context,
  );
  return answer as Answered;
}

export function problemIn({ body }: Answered): string {
  return (JSON.parse(body) as ProblemDocument).type.replace('urn:stepmill:problem:', '');
}

/** Claims as API Gateway passes them on: the list of groups is text. */
export function claimsOf(ownScopes: readonly Scope[], ...ownGroups: readonly string[]) {
  return {
    sub: 's',
    username: 'ada',
    client_id: 'c',
    scope: ['openid', ...ownScopes.map(nameScope)].join(' '),
    'cognito:groups': `[${ownGroups.join(' ')}]`,
  };
}

export const everyScope = Object.keys(scopes) as readonly Scope[];

/** The answer to a request: what the contract says, or a problem. */
export interface CallAnswer {
  readonly status: number;
  /** Null of 304. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RouteRequest {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly receivedAt?: number;
}

/** One AWS that answers as a test says, and notes what it was asked. */
export function apiBefore(answers: Answers = {}, world: ApiWorld = {}) {
  const asked: { readonly name: string; readonly input: unknown }[] = [];
  const noted = Object.entries({ ...idle, ...answers }).map(([name, answer]) => [
    name,
    (input: never) => {
      asked.push({ name, input });
      return answer(input);
    },
  ]);
  const api = createApi(Object.fromEntries(noted), world);
  return {
    /** The inputs of each call of an operation. */
    sent: (name: string) => asked.filter((each) => each.name === name).map(({ input }) => input),
    /** The operations that were called, in their order. */
    order: () => asked.map(({ name }) => name),
    /** Calls a route as a person who may do everything; the answer is held to the contract. */
    async call(id: RouteId, request: RouteRequest = {}): Promise<CallAnswer> {
      const route: Route = routes[id];
      const { statusCode: status, body, headers } = await ask(api, toAsked(route, request));
      const answer = { status, body: body === '' ? null : (JSON.parse(body) as unknown), headers };
      if (status < 300) {
        expect(status).toBe(route.answer.status);
        route.answer.body.parse(answer.body);
      }
      return answer;
    },
  };
}

function toAsked(
  route: Route,
  { path = {}, query, body = {}, headers, receivedAt }: RouteRequest,
): Asked {
  const filled = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(path[name] ?? 'abalone'),
  );
  return {
    method: route.method,
    path: `${BASE_PATH}${filled}`,
    query,
    receivedAt,
    body: route.request.body === undefined ? undefined : JSON.stringify(body),
    claims: claimsOf(everyScope, ...Object.keys(groups)),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** A problem without what is the same in all of its kind. */
export function problemOf({ status, body }: CallAnswer) {
  const { type, detail, errors } = body as ProblemDocument;
  return {
    status,
    kind: type.replace('urn:stepmill:problem:', ''),
    detail,
    ...(errors === undefined ? {} : { errors }),
  };
}

/** What the audit function was given, without its time and its person. */
export function auditOf(invocations: readonly unknown[]): readonly object[] {
  return invocations.map((input) => {
    const { Payload } = input as { readonly Payload: string };
    const {
      at: _at,
      who: _who,
      requestId: _request,
      ...entry
    } = JSON.parse(Payload) as Record<string, unknown>;
    return entry;
  });
}

/** An endpoint on which a version is live. */
export function liveOn(number: number): Answers {
  return {
    DescribeEndpoint: () => ({
      EndpointName: 'abalone',
      EndpointConfigName: 'config',
      EndpointStatus: 'InService',
      ProductionVariants: [{ VariantName: 'AllTraffic', CurrentWeight: 1 }],
    }),
    DescribeEndpointConfig: () => ({
      ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'model' }],
    }),
    DescribeModel: () => ({ PrimaryContainer: { ModelPackageName: packageArn(number) } }),
  };
}

/** A bucket that holds these texts, by their addresses. */
export function stored(objects: Readonly<Record<string, string>>): Answers {
  return {
    GetObject: ({ Bucket, Key }: { readonly Bucket: string; readonly Key: string }) => {
      const text = objects[`s3://${Bucket}/${Key}`];
      if (text === undefined) throw awsError('NoSuchKey');
      const bytes = Buffer.byteLength(text);
      return { Body: bodyOf(text), ContentRange: `bytes 0-${bytes - 1}/${bytes}` };
    },
  };
}

export type Package = Readonly<Record<string, unknown>> & { readonly ModelApprovalStatus: string };

/** A registry with these versions, the newest first. */
export function registryOf(packages: Readonly<Record<number, Package>>): Answers {
  const all = Object.entries(packages)
    .map(([number, members]) => ({
      ModelPackageArn: packageArn(Number(number)),
      ModelPackageVersion: Number(number),
      CreationTime: new Date('2026-11-29T18:00:00Z'),
      ...members,
    }))
    .toReversed();
  return {
    ListModelPackages: () => ({ ModelPackageSummaryList: all }),
    DescribeModelPackage: ({ ModelPackageName }: { readonly ModelPackageName: string }) => {
      const found = all.find(({ ModelPackageArn }) => ModelPackageArn === ModelPackageName);
      if (found !== undefined) return found;
      throw awsError('ValidationException', `ModelPackage ${ModelPackageName} does not exist.`);
    },
  };
}
