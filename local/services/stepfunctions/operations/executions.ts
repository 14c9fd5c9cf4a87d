import type {
  DescribeExecutionInput,
  DescribeExecutionOutput,
  ExecutionListItem,
  ListExecutionsInput,
  ListExecutionsOutput,
  RedriveExecutionInput,
  RedriveExecutionOutput,
  SFN,
  StartExecutionInput,
  StartExecutionOutput,
  StartSyncExecutionInput,
  StartSyncExecutionOutput,
  StopExecutionInput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn';
import { type Json, writeJson } from '../../../../engine/index.ts';
import type { OperationTable } from '../../../cloud/operation.ts';
import { executionArn, parseArnOf } from '../arns.ts';
import {
  ExecutionAlreadyExists,
  ExecutionLimitExceeded,
  ExecutionNotRedrivable,
  InvalidExecutionInput,
  ResourceNotFound,
  StateMachineDeleting,
  StateMachineTypeNotSupported,
  ValidationException,
} from '../errors.ts';
import { documentsOf } from '../execution/documents.ts';
import type { StartRequest } from '../execution/records.ts';
import { parseJsonText } from '../json-text.ts';
import { OPEN_EXECUTIONS_LIMIT, REDRIVE_TOKEN_MINUTES } from '../limits.ts';
import { describedExecutionOf, executionOf, machineOf, refuseLabel, versionOf } from '../lookup.ts';
import { checkName } from '../names.ts';
import { allow, given } from '../operation.ts';
import { pageOf } from '../paging.ts';
import { redriveStatusOf } from '../redrive-status.ts';
import { isForgotten } from '../retention.ts';
import type { StepFunctionsState } from '../state.ts';
import type { ExecutionRecord } from '../stores/execution-store.ts';

/** Executions: start, stop, describe, list, redrive. */
export const executionOperations: OperationTable<SFN, StepFunctionsState> = {
  StartExecution: {
    permissions: (input: StartExecutionInput) => allow('StartExecution', input.stateMachineArn),
    run: (input: StartExecutionInput, state) => startExecution(state, input),
  },
  StartSyncExecution: {
    permissions: (input: StartSyncExecutionInput) =>
      allow('StartSyncExecution', input.stateMachineArn),
    run: (input: StartSyncExecutionInput, state) => startSyncExecution(state, input),
  },
  StopExecution: {
    permissions: (input: StopExecutionInput) => allow('StopExecution', input.executionArn),
    run(input: StopExecutionInput, state): StopExecutionOutput {
      const { cloud, executions, runner } = state;
      const arn = given(input.executionArn);
      const execution = executionOf(state, arn);
      if (execution.status === 'RUNNING') {
        runner.stop(arn, { error: input.error, cause: input.cause });
      }
      return { stopDate: new Date(executions.get(arn)?.stopDate ?? cloud.clock.now()) };
    },
  },
  DescribeExecution: {
    readOnly: true,
    permissions: (input: DescribeExecutionInput) => allow('DescribeExecution', input.executionArn),
    run: (input: DescribeExecutionInput, state) => describeExecution(state, input),
  },
  ListExecutions: {
    readOnly: true,
    permissions: (input: ListExecutionsInput) =>
      allow('ListExecutions', input.stateMachineArn ?? input.mapRunArn),
    run: (input: ListExecutionsInput, state) => listExecutions(state, input),
  },
  RedriveExecution: {
    permissions: (input: RedriveExecutionInput) => allow('RedriveExecution', input.executionArn),
    run: (input: RedriveExecutionInput, state) => redriveExecution(state, input),
  },
};

function startExecution(
  state: StepFunctionsState,
  input: StartExecutionInput,
): StartExecutionOutput {
  const request = startRequest(state, input, undefined);
  if (request.machine.type === 'EXPRESS') {
    const { arn, startDate } = state.runner.startExpress(request);
    return { executionArn: arn, startDate: new Date(startDate) };
  }
  const { arn, startDate } = runningAlready(state, request) ?? startStandard(state, request);
  return { executionArn: arn, startDate: new Date(startDate) };
}

async function startSyncExecution(
  state: StepFunctionsState,
  input: StartSyncExecutionInput,
): Promise<StartSyncExecutionOutput> {
  const { cloud, runner } = state;
  const request = startRequest(state, input, 'EXPRESS');
  const { arn, startDate, result } = runner.startSync(request);
  const ended = await result;
  const stopDate = cloud.clock.now();
  const shown = input.includedData !== 'METADATA_ONLY';
  return {
    executionArn: arn,
    stateMachineArn: request.machine.arn,
    name: request.name,
    startDate: new Date(startDate),
    stopDate: new Date(stopDate),
    status: ended.status === 'ABORTED' ? 'FAILED' : ended.status,
    ...('error' in ended && ended.error !== undefined ? { error: ended.error } : {}),
    ...('cause' in ended && ended.cause !== undefined ? { cause: ended.cause } : {}),
    ...(shown ? { input: writeJson(request.input) } : {}),
    inputDetails: { included: shown },
    ...(shown && ended.status === 'SUCCEEDED' ? { output: writeJson(ended.output) } : {}),
    outputDetails: { included: shown },
    ...(input.traceHeader === undefined ? {} : { traceHeader: input.traceHeader }),
    billingDetails: {
      // AWS bills in steps of 100 ms and of 64 MB.
      billedDurationInMilliseconds: Math.max(1, Math.ceil((stopDate - startDate) / 100)) * 100,
      billedMemoryUsedInMB: 64,
    },
  };
}

function describeExecution(
  state: StepFunctionsState,
  input: DescribeExecutionInput,
): DescribeExecutionOutput {
  const execution = describedExecutionOf(state, given(input.executionArn));
  const { input: text, output } = documentsOf(state.executions, execution.arn);
  const included = input.includedData !== 'METADATA_ONLY';
  return {
    ...shownExecution(execution),
    ...(included ? { input: text } : {}),
    inputDetails: { included },
    ...(output === undefined
      ? {}
      : { ...(included ? { output } : {}), outputDetails: { included } }),
    ...(execution.traceHeader === undefined ? {} : { traceHeader: execution.traceHeader }),
    ...(execution.error === undefined ? {} : { error: execution.error }),
    ...(execution.cause === undefined ? {} : { cause: execution.cause }),
    ...redriveStatusOf(state, execution),
  };
}

function listExecutions(
  state: StepFunctionsState,
  input: ListExecutionsInput,
): ListExecutionsOutput {
  const { cloud, executions } = state;
  const owner = ownerOf(state, input);
  checkFilters(input);
  const { maxResults, nextToken, redriveFilter, statusFilter } = input;
  const listing = ['ListExecutions', owner, statusFilter ?? '', redriveFilter ?? ''];
  const page = pageOf({ listing, maxResults, nextToken, now: cloud.clock.now() }, (after) =>
    filtered(input, executions.newestOf(owner, after === undefined ? {} : { after })),
  );
  return { executions: page.items.map(listItem), nextToken: page.nextToken };
}

function redriveExecution(
  state: StepFunctionsState,
  input: RedriveExecutionInput,
): RedriveExecutionOutput {
  const { cloud, executions, runner } = state;
  const arn = given(input.executionArn);
  const execution = executionOf(state, arn);
  const { clientToken } = input;
  const before = redriveOf(execution, clientToken, cloud.clock.now());
  if (before !== undefined) return { redriveDate: new Date(before) };
  const status = redriveStatusOf(state, execution);
  if (status.redriveStatus !== 'REDRIVABLE') {
    throw new ExecutionNotRedrivable(
      status.redriveStatusReason ?? 'Execution can only be redriven by its Map Run',
    );
  }
  if (executions.runningCount >= OPEN_EXECUTIONS_LIMIT) throw new ExecutionLimitExceeded();
  return { redriveDate: new Date(runner.redrive(execution, clientToken)) };
}

/** Resolves the machine, version or alias of a start request, and validates its name and input. */
function startRequest(
  state: StepFunctionsState,
  input: StartExecutionInput | StartSyncExecutionInput,
  type: 'STANDARD' | 'EXPRESS' | undefined,
): StartRequest {
  const arn = given(input.stateMachineArn);
  refuseLabel(arn);
  const parsed = parseArnOf(arn, 'stateMachine', 'version', 'alias');
  const machine = machineOf(state, parsed.machineArn, arn);
  if (machine.deleting) throw new StateMachineDeleting(parsed.machineArn);
  if (type !== undefined && machine.type !== type) throw new StateMachineTypeNotSupported();
  const version = parsed.kind === 'stateMachine' ? undefined : versionOf(state, arn);
  const name = input.name ?? state.cloud.random.uuid();
  checkName(name);
  return {
    machine,
    revision: version?.revision ?? machine.current,
    versionArn: version?.arn,
    aliasArn: parsed.kind === 'alias' ? arn : undefined,
    name,
    input: parseInput(input.input),
    traceHeader: input.traceHeader,
  };
}

function ownerOf(
  state: StepFunctionsState,
  { mapRunArn, stateMachineArn }: ListExecutionsInput,
): string {
  if ((mapRunArn === undefined) === (stateMachineArn === undefined)) {
    throw new ValidationException('Must specify either stateMachineArn or mapRunArn');
  }
  if (mapRunArn !== undefined) {
    parseArnOf(mapRunArn, 'mapRun');
    if (state.mapRuns.get(mapRunArn) === undefined) throw new ResourceNotFound(mapRunArn);
    return mapRunArn;
  }
  const arn = stateMachineArn ?? '';
  refuseLabel(arn);
  const parsed = parseArnOf(arn, 'stateMachine', 'version', 'alias');
  const machine = machineOf(state, parsed.machineArn, arn);
  if (machine.type === 'EXPRESS') throw new StateMachineTypeNotSupported();
  if (parsed.kind !== 'stateMachine') versionOf(state, arn);
  return arn;
}

/** The date of the redrive with the same client token, if there is one. */
function redriveOf(
  { redriveTokens = [] }: ExecutionRecord,
  clientToken: string | undefined,
  now: number,
): number | undefined {
  const oldest = now - REDRIVE_TOKEN_MINUTES * 60_000;
  return redriveTokens.find(
    ({ redriveDate, token }) => token === clientToken && redriveDate >= oldest,
  )?.redriveDate;
}

/** Only the children of a Map Run can be filtered by their redrives. */
function checkFilters({ mapRunArn, redriveFilter, statusFilter }: ListExecutionsInput): void {
  if (mapRunArn !== undefined) return;
  if (statusFilter === 'PENDING_REDRIVE') {
    throw new ValidationException('mapRunArn must be specified for statusFilter PENDING_REDRIVE');
  }
  if (redriveFilter !== undefined) {
    throw new ValidationException('mapRunArn must be specified for redriveFilter');
  }
}

/** AWS's idempotency: returns the running execution with the same name and input. */
function runningAlready(
  { cloud, executions }: StepFunctionsState,
  { input, machine, name }: StartRequest,
): ExecutionRecord | undefined {
  const arn = executionArn(machine.arn, name);
  const existing = executions.get(arn);
  if (existing === undefined) return undefined;
  if (existing.status !== 'RUNNING') {
    if (isForgotten(existing, cloud.clock.now())) {
      executions.remove(existing);
      return undefined;
    }
    throw new ExecutionAlreadyExists(arn);
  }
  const { input: before } = documentsOf(executions, arn);
  if (before !== writeJson(input)) throw new ExecutionAlreadyExists(arn);
  return existing;
}

function startStandard({ executions, runner }: StepFunctionsState, request: StartRequest) {
  if (executions.runningCount >= OPEN_EXECUTIONS_LIMIT) throw new ExecutionLimitExceeded();
  return runner.start(request);
}

function parseInput(input: string | undefined): Json {
  const parsed = parseJsonText(input ?? '{}');
  if (!parsed.valid) throw new InvalidExecutionInput(parsed.problem);
  return parsed.value;
}

function* filtered(
  { redriveFilter, statusFilter }: ListExecutionsInput,
  entries: Iterable<readonly [string, ExecutionRecord]>,
): Generator<readonly [string, ExecutionRecord]> {
  for (const entry of entries) {
    const [, { redriveCount, status }] = entry;
    const redriven = redriveCount > 0 ? 'REDRIVEN' : 'NOT_REDRIVEN';
    if (statusFilter !== undefined && status !== statusFilter) continue;
    if (redriveFilter !== undefined && redriven !== redriveFilter) continue;
    yield entry;
  }
}

function shownExecution(execution: ExecutionRecord) {
  const { aliasArn, mapRunArn, redriveDate, stopDate, versionArn } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startDate),
    ...(stopDate === undefined ? {} : { stopDate: new Date(stopDate) }),
    ...(mapRunArn === undefined ? {} : { mapRunArn }),
    ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
    ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
    redriveCount: execution.redriveCount,
    ...(redriveDate === undefined ? {} : { redriveDate: new Date(redriveDate) }),
  };
}

function listItem(execution: ExecutionRecord): ExecutionListItem {
  const { itemCount } = execution;
  return { ...shownExecution(execution), ...(itemCount === undefined ? {} : { itemCount }) };
}
