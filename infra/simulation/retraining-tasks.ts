import type { ClaimTasks } from './claim-tasks.ts';
import { answerLiveModel } from './live-model-tasks.ts';
import { type Answer, TaskError } from './run-workflow.ts';
import type { SageMakerTasks } from './sagemaker-tasks.ts';

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Request = Readonly<Record<string, unknown>>;

/** The services that a decision to train again works with. */
export interface RetrainingServices {
  readonly claims: ClaimTasks;
  readonly sagemaker: SageMakerTasks;
  /** Items of the claims table beside claims, by their key. */
  readonly items: Map<string, Values>;
  /** Objects by key: records of decisions, and how trainings ended. */
  readonly objects: Map<string, unknown>;
  /** Keys of datasets that were uploaded; each starts a training. */
  readonly uploads: string[];
  /** The status of an execution that decides; an unknown execution counts as failed. */
  statusOf: (executionArn: string) => string;
  /** Labelled rows that are new at this time. */
  readonly countRows: (since: string) => number;
}

/** Answers a decision's tasks from simulated services. */
export function answerRetraining(services: RetrainingServices): Answer {
  return (state, request) =>
    services.claims.answer(state, request) ??
    answerLiveModel(services.sagemaker, state, request) ??
    answerTask(services, state, request);
}

function answerTask(
  services: RetrainingServices,
  ...[state, request]: Parameters<Answer>
): unknown {
  const { items, objects, sagemaker } = services;
  switch (state) {
    case 'Look up owner of request':
      return { Status: 'FAILED' };
    case 'Look up last decision':
      return { Status: services.statusOf(String(request['ExecutionArn'])) };
    case 'Look for last dataset':
      return { KeyCount: services.uploads.filter((key) => key === request['Prefix']).length };
    case 'Read live package':
    case 'Read last package':
      return sagemaker.describePackage(request['ModelPackageName']);
    case 'Read last verdict':
    case 'Read past decisions':
    case 'Read last training':
      return { Item: items.get(keyOf(request['Key'])) };
    case 'Gather label events':
    case 'Keep decision':
    case 'Note training':
      return putItem(items, request);
    case 'Read outcome of last training':
      return readObject(objects, request);
    case 'Count new rows':
      return { Payload: countRows(services, request) };
    case 'Upload dataset':
      return { Payload: upload(services, request) };
    case 'Record decision':
    case 'Record failure':
      objects.set(String(request['Key']), request['Body']);
      return {};
    default:
      return {};
  }
}

interface Payload {
  readonly since: string;
  readonly until: string;
  readonly decisionId: string;
  readonly minimumNewRows: number;
  readonly target: string;
}

function payloadOf(request: Request): Payload {
  return request['Payload'] as Payload;
}

/** As `handlers/gather-labels` answers. */
function countRows(services: RetrainingServices, request: Request): object {
  const { since, until, decisionId, minimumNewRows } = payloadOf(request);
  const newRows = services.countRows(since);
  const key = `runs/abalone/retraining/${decisionId}/dataset.csv`;
  return {
    newRows,
    labelledRequests: newRows,
    requests: newRows * 2,
    contradicting: 0,
    unknown: 0,
    until,
    ...(newRows >= minimumNewRows ? { dataset: { key, rows: newRows } } : {}),
  };
}

/** The same key again is another version. */
function upload({ uploads }: RetrainingServices, request: Request): object {
  const { target: key } = payloadOf(request);
  if (!uploads.includes(key)) uploads.push(key);
  return { key, sizeBytes: 10, versionId: `v-${key}` };
}

/** putItem on the condition that the states of a decision set. */
function putItem(items: Map<string, Values>, request: Request): object {
  const item = request['Item'] as Values;
  const key = keyOf(item);
  const there = items.get(key);
  const values = (request['ExpressionAttributeValues'] ?? {}) as Values;
  if (there !== undefined && !allows(there, values)) {
    throw new TaskError(
      'DynamoDB.ConditionalCheckFailedException',
      'The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: R; Proxy: null)',
    );
  }
  items.set(key, item);
  return {};
}

function allows(there: Values, values: Values): boolean {
  const { ':revision': revision, ':now': now, ':me': me } = values;
  if (revision !== undefined) return there['revision']?.['N'] === revision['N'];
  if (now === undefined) return true;
  return there['owner']?.['S'] === me?.['S'] || Number(there['expires']?.['N']) <= Number(now['N']);
}

function readObject(objects: ReadonlyMap<string, unknown>, request: Request): object {
  const found = objects.get(String(request['Key']));
  if (found !== undefined) return { Body: JSON.stringify(found) };
  throw new TaskError(
    'S3.NoSuchKeyException',
    'The specified key does not exist. (Service: S3, Status Code: 404, Request ID: R)',
  );
}

function keyOf(item: unknown): string {
  return (item as Values)['claim']?.['S'] ?? '';
}
