import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { AnswerOf, RequestOf, Routes } from '../../../api/index.ts';
import { numberOfVersion, readLiveVersions } from '../../../operations/index.ts';
import { type Api, BRIEFLY_MS } from '../api-state.ts';
import { audited } from '../audit.ts';
import {
  describeEnd,
  describeExecution,
  executionArnOf,
  machineOf,
  parse,
  readDefinition,
  readOutput,
  summarize,
  timeOf,
  type Workflow,
} from '../executions.ts';
import { badPageToken, readPageToken, writePageToken } from '../page-token.ts';
import { ProblemError } from '../problem-error.ts';
import type { Call, RouteFunction } from '../route-function.ts';

export const listExecutions: RouteFunction<Routes['listExecutions']> = async (
  { path, query },
  { api, noteActivity },
) => {
  const { resources } = await api.project(path.project);
  const stateMachineArn = machineOf(resources, query.workflow);
  if (stateMachineArn === undefined) return { executions: [], liveVersions: [] };
  const nextToken = readPageToken(query.pageToken)?.['executions'];
  const input = {
    stateMachineArn,
    statusFilter: query.status,
    maxResults: query.pageSize,
    nextToken,
  };
  const [{ executions = [], nextToken: next }, live] = await Promise.all([
    api.cache.get(`executions ${stateMachineArn} ${JSON.stringify(input)}`, BRIEFLY_MS, () =>
      api.clients.states.send(new ListExecutionsCommand(input)).catch(explainToken),
    ),
    api.cache.get(`live versions ${stateMachineArn}`, BRIEFLY_MS, () =>
      readLiveVersions(api.clients, resources, stateMachineArn),
    ),
  ]);
  if (executions.some(({ status }) => status === 'RUNNING')) noteActivity();
  return {
    executions: await Promise.all(
      executions.map((item) => summarize(api, resources.project, query.workflow, item)),
    ),
    liveVersions: live.map(({ number, percent }) => ({ version: number, percent })),
    nextPageToken: writePageToken(next === undefined ? undefined : { executions: next }),
  };
};

function explainToken(error: Error): never {
  throw error.name === 'InvalidToken' ? badPageToken() : error;
}

interface ExecutionPath {
  readonly project: string;
  readonly workflow: Workflow;
  readonly execution: string;
}

/** The ARN of an execution of a project that is there. */
async function arnOf(api: Api, { project, workflow, execution }: ExecutionPath): Promise<string> {
  const { resources } = await api.project(project);
  return executionArnOf(resources, workflow, execution);
}

export const getExecution: RouteFunction<Routes['getExecution']> = async (
  { path },
  { api, noteActivity },
) => {
  const executionArn = await arnOf(api, path);
  const found = await describeExecution(api, executionArn);
  if (found.status === 'RUNNING') noteActivity();
  return {
    project: path.project,
    workflow: path.workflow,
    execution: path.execution,
    executionArn,
    status: found.status ?? 'RUNNING',
    startedAt: timeOf(found.startDate),
    stoppedAt: found.stopDate === undefined ? undefined : timeOf(found.stopDate),
    workflowVersion: numberOfVersion(found.stateMachineVersionArn),
    ...describeEnd(path.project, readOutput(found.output)),
    input: parse(found.input ?? 'null'),
    output: parse(found.output ?? 'null'),
    error: found.error,
    cause: found.cause,
    redriveCount: found.redriveCount ?? 0,
    isRedrivable: found.redriveStatus?.startsWith('REDRIVABLE') === true,
    redriveReason: found.redriveStatusReason,
    definition: parse(await readDefinition(api, executionArn)),
  };
};

/** Lambda answers with at most 6 MB; events hold inputs and outputs of up to 256 KB each. */
const MAXIMUM_EVENT_BYTES = 4_000_000;
/** Pages of a history that are read backwards for what is new. */
const MAXIMUM_PAGES = 5;
const EVENTS_OF_A_PAGE = 1_000;

export const listEvents: RouteFunction<Routes['listEvents']> = async (
  { path, query },
  { api, noteActivity },
) => {
  const executionArn = await arnOf(api, path);
  const { status = 'RUNNING' } = await describeExecution(api, executionArn);
  if (status === 'RUNNING') noteActivity();
  const page =
    query.after === undefined || query.pageToken !== undefined
      ? await readForwards(api, { executionArn, status }, query)
      : await readBackwards(api, { executionArn, status }, query.after);
  return { status, ...page };
};

type Events = Omit<AnswerOf<Routes['listEvents']>, 'status'>;

/**
 * The status tells kept events apart: those of an execution that runs lack its end, and a page that knows that it
 * has ended would not ask again soon.
 */
interface Recorded {
  readonly executionArn: string;
  readonly status: string;
}

async function readForwards(
  api: Api,
  { executionArn, status }: Recorded,
  { pageSize: maxResults, pageToken }: RequestOf<Routes['listEvents']>['query'],
): Promise<Events> {
  const nextToken = readPageToken(pageToken)?.['events'];
  const input = { executionArn, maxResults, nextToken };
  const { events = [], nextToken: next } = await api.cache.get(
    `events ${status} ${JSON.stringify(input)}`,
    BRIEFLY_MS,
    () => api.clients.states.send(new GetExecutionHistoryCommand(input)).catch(explainToken),
  );
  const { fitting, isCutShort } = takeFitting(events.map(renderEvent));
  return {
    events: fitting,
    isCutShort,
    nextPageToken: writePageToken(next === undefined ? undefined : { events: next }),
  };
}

/** The newest come first from Step Functions, until one is known. */
async function readBackwards(
  api: Api,
  { executionArn, status }: Recorded,
  after: number,
): Promise<Events> {
  const fresh: HistoryEvent[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAXIMUM_PAGES; page += 1) {
    const input = {
      executionArn,
      maxResults: page === 0 ? 100 : EVENTS_OF_A_PAGE,
      reverseOrder: true,
      nextToken,
    };
    const { events = [], nextToken: next } = await api.cache.get(
      `events ${status} ${JSON.stringify(input)}`,
      BRIEFLY_MS,
      () => api.clients.states.send(new GetExecutionHistoryCommand(input)),
    );
    const unknown = events.filter(({ id = 0 }) => id > after);
    fresh.push(...unknown);
    nextToken = next;
    if (unknown.length < events.length || next === undefined) break;
  }
  const { fitting, isCutShort } = takeFitting(fresh.map(renderEvent));
  const isComplete = nextToken === undefined || (fresh.at(-1)?.id ?? 0) <= after + 1;
  return { events: fitting.toReversed(), isCutShort: isCutShort || !isComplete };
}

type RenderedEvent = Events['events'][number];

function renderEvent({ id = 0, type, timestamp, ...rest }: HistoryEvent): RenderedEvent {
  return { id, type: type ?? '', timestamp: timeOf(timestamp), ...rest };
}

/** As many as fit into an answer. */
function takeFitting(events: readonly RenderedEvent[]) {
  let bytes = 0;
  const end = events.findIndex((event) => {
    bytes += Buffer.byteLength(JSON.stringify(event));
    return bytes > MAXIMUM_EVENT_BYTES;
  });
  return end === -1
    ? { fitting: events, isCutShort: false }
    : { fitting: events.slice(0, end), isCutShort: true };
}

export const stopExecution: RouteFunction<Routes['stopExecution']> = async (
  { path, body },
  call,
) => {
  const executionArn = await arnOf(call.api, path);
  const { status } = await describeExecution(call.api, executionArn);
  if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') {
    throw new ProblemError('not-running', `${path.execution} is ${status}; nothing was done.`);
  }
  const cause = `${call.caller.name}: ${body.reason ?? 'no reason was given'}`;
  const { result } = await audited(
    call,
    { ...changeOf(path, 'stopExecution'), before: status, after: 'ABORTED', reason: body.reason },
    () =>
      call.api.clients.states.send(
        new StopExecutionCommand({ executionArn, error: 'Stopped', cause }),
      ),
  );
  forget(call, executionArn);
  return { status: 'ABORTED', stoppedAt: timeOf(result.stopDate) };
};

export const redriveExecution: RouteFunction<Routes['redriveExecution']> = async (
  { path },
  call,
) => {
  const executionArn = await arnOf(call.api, path);
  const { status, redriveStatus, redriveStatusReason } = await describeExecution(
    call.api,
    executionArn,
  );
  if (redriveStatus === 'NOT_REDRIVABLE') throw notRedrivable(redriveStatusReason);
  const { result } = await audited(
    call,
    { ...changeOf(path, 'redriveExecution'), before: status, after: 'RUNNING' },
    () =>
      call.api.clients.states
        .send(new RedriveExecutionCommand({ executionArn, clientToken: call.name }))
        .catch(explainRedrive),
  );
  forget(call, executionArn);
  return { status: 'RUNNING', redrivenAt: timeOf(result.redriveDate) };
};

function explainRedrive(error: Error): never {
  throw error.name === 'ExecutionNotRedrivable' ? notRedrivable(error.message) : error;
}

function notRedrivable(reason = 'It cannot be redriven'): ProblemError {
  return new ProblemError('not-redrivable', `${reason}; nothing was done.`);
}

function changeOf({ project, workflow, execution }: ExecutionPath, action: string) {
  return { project, action, subject: `${workflow} ${execution}` };
}

/** What was read of it before is not true any more. */
function forget({ api }: Call, executionArn: string): void {
  const machine = executionArn
    .split(':')
    .slice(0, -1)
    .join(':')
    .replace(':execution:', ':stateMachine:');
  for (const prefix of [
    `execution ${executionArn}`,
    `ended ${executionArn}`,
    `executions ${machine}`,
  ]) {
    api.cache.clear(prefix);
  }
}
