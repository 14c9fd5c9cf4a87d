import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineForExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import type { AnswerOf, RequestOf, Routes } from '../../api/index.ts';
import type { ProjectParameter } from '../../events/index.ts';
import { numberOfVersion } from '../../operations/index.ts';
import { type Api, BRIEFLY_MS } from './api-state.ts';
import { ProblemError } from './problem-error.ts';
import { versionOf } from './version-name.ts';

export type Workflow = RequestOf<Routes['getExecution']>['path']['workflow'];
export type ExecutionSummary = AnswerOf<Routes['listExecutions']>['executions'][number];

/** How long a succeeded execution is cached: it can no longer change. */
const ENDED_MS = 60_000;

/** The state machine of a workflow; undefined where the project has none. */
export function machineOf(resources: ProjectParameter, workflow: Workflow): string | undefined {
  const machines: Readonly<Record<Workflow, string | undefined>> = {
    training: resources.trainingStateMachineArn,
    promotion: resources.promotionStateMachineArn,
    trial: resources.trialStateMachineArn,
    scoring: resources.scoring?.stateMachineArn,
    monitoring: resources.monitoring?.stateMachineArn,
    retraining: resources.retraining?.stateMachineArn,
  };
  return machines[workflow];
}

/** The ARN of an execution by its name. */
export function executionArnOf(
  resources: ProjectParameter,
  workflow: Workflow,
  name: string,
): string {
  const machine = machineOf(resources, workflow);
  if (machine === undefined) throw noExecution(resources.project, workflow, name);
  return `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** Reads an execution, from the cache where it was read just now. */
export async function describeExecution(
  api: Api,
  executionArn: string,
): Promise<DescribeExecutionCommandOutput> {
  return api.cache.get(
    `ended ${executionArn}`,
    ENDED_MS,
    () =>
      api.cache.get(`execution ${executionArn}`, BRIEFLY_MS, () =>
        readExecution(api, executionArn),
      ),
    ({ status }) => status === 'SUCCEEDED',
  );
}

/** The Amazon States Language that an execution runs; a redrive does not change it. */
export async function readDefinition(api: Api, executionArn: string): Promise<string> {
  const { definition = '' } = await api.cache.get(`definition ${executionArn}`, ENDED_MS, () =>
    api.clients.states
      .send(new DescribeStateMachineForExecutionCommand({ executionArn }))
      .catch((error: unknown) => explainUnknown(error, executionArn)),
  );
  return definition;
}

function explainUnknown(error: unknown, executionArn: string): never {
  if (!isUnknown(error)) throw error;
  const [, , , , , , machine = '', name = ''] = executionArn.split(':');
  throw noExecution(machine, '', name);
}

async function readExecution({ clients }: Api, executionArn: string) {
  try {
    return await clients.states.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    return explainUnknown(error, executionArn);
  }
}

/** Step Functions says both of an execution that is not there. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && ['ExecutionDoesNotExist', 'InvalidArn'].includes(error.name);
}

function noExecution(project: string, workflow: string, name: string): ProblemError {
  return new ProblemError(
    'execution-not-found',
    `${[project, workflow].join(' ').trim()} has no execution ${name}. Step Functions forgets executions 90 days after their end.`,
  );
}

/**
 * The last executions of a workflow.
 *
 * @param keptMs how long they are kept
 */
export async function lastExecutions(
  api: Api,
  resources: ProjectParameter,
  workflow: Workflow,
  count: number,
  keptMs: number = BRIEFLY_MS,
): Promise<readonly ExecutionSummary[]> {
  const stateMachineArn = machineOf(resources, workflow);
  if (stateMachineArn === undefined) return [];
  const { executions = [] } = await api.cache.get(
    `executions ${stateMachineArn} ${count}`,
    keptMs,
    () =>
      api.clients.states.send(new ListExecutionsCommand({ stateMachineArn, maxResults: count })),
  );
  return Promise.all(
    executions.map((execution) => summarize(api, resources.project, workflow, execution)),
  );
}

/** What a list says of an execution; how one ended is in its output. */
export async function summarize(
  api: Api,
  project: string,
  workflow: Workflow,
  item: ExecutionListItem,
): Promise<ExecutionSummary> {
  const { executionArn = '', name = '', status = 'RUNNING', startDate, stopDate } = item;
  const workflowVersion = numberOfVersion(item.stateMachineVersionArn);
  const end = status === 'SUCCEEDED' ? await endOf(api, project, item) : {};
  return {
    project,
    workflow,
    execution: name,
    executionArn,
    status,
    startedAt: timeOf(startDate),
    ...(stopDate === undefined ? {} : { stoppedAt: timeOf(stopDate) }),
    ...(workflowVersion === undefined ? {} : { workflowVersion }),
    ...end,
  };
}

type ExecutionEnd = Pick<ExecutionSummary, 'outcome' | 'dataset' | 'model'>;

/** An execution that has succeeded never changes. */
function endOf(
  api: Api,
  project: string,
  { executionArn = '' }: ExecutionListItem,
): Promise<ExecutionEnd> {
  return api.cache.get(`end ${executionArn}`, Number.POSITIVE_INFINITY, async () => {
    const { output } = await readExecution(api, executionArn);
    return describeEnd(project, readOutput(output));
  });
}

/** What the output of an execution says of it. */
export function describeEnd(
  project: string,
  { outcome, datasetId, modelPackage }: WorkflowOutput,
): ExecutionEnd {
  const model = versionOf(project, modelPackage);
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(datasetId === undefined ? {} : { dataset: datasetId }),
    ...(model === undefined ? {} : { model }),
  };
}

/** What workflows of Stepmill end with. */
export interface WorkflowOutput {
  readonly outcome?: string;
  readonly datasetId?: string;
  readonly reason?: string;
  readonly modelPackage?: string;
  readonly claimedBy?: string;
}

/** Reads an output, whoever wrote it. */
export function readOutput(output: string | undefined): WorkflowOutput {
  const value: unknown = output === undefined ? undefined : parse(output);
  if (typeof value !== 'object' || value === null) return {};
  const texts = Object.entries(value).filter(([, each]) => typeof each === 'string');
  return Object.fromEntries(texts) as WorkflowOutput;
}

/** JSON, or the text as it is where it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A time as the API says it. */
export function timeOf(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}
