import type { TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import {
  type ExecutionIdentity,
  formatInstant,
  type Json,
  type JsonObject,
  writeJson,
} from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { expressExecutionArn, stateMachineArn } from '../arns.ts';
import { EventListeners } from '../execution/listeners.ts';
import type { TaskRunner } from '../execution/run-task.ts';
import { textOf } from '../json-value.ts';
import { actAs, administrator } from '../role.ts';
import type { StepFunctionsState } from '../state.ts';
import { type Attempt, type AttemptOptions, attempt, isDistributed } from './attempt.ts';
import { decideRetry, findCatcher, type StateFailure } from './error-rules.ts';
import { type ErrorDetails, inspectionData } from './inspection.ts';
import type { TestedState, TestMock } from './request.ts';

type TestOptions = Omit<AttemptOptions, 'state' | 'mock'>;

/** States with Retry and Catch: the context object counts their retries. */
const HANDLING_TYPES: readonly unknown[] = ['Task', 'Map', 'Parallel'];

/** Runs a state and returns its result and the next state. */
export async function runState(
  state: StepFunctionsState,
  request: TestStateInput,
  tested: TestedState,
): Promise<TestStateOutput> {
  const options = prepare(state, request, tested);
  const { Catch: _catch, Retry: _retry, ...bare } = tested.state;
  const first =
    (await failedItems(options, bare)) ??
    (await attempt({ ...options, state: bare, mock: mockOf(request, tested) }));
  if (first.outcome.kind === 'succeeded') {
    const { next, output } = first.outcome;
    return {
      status: 'SUCCEEDED',
      output: writeJson(output),
      ...(next === undefined ? {} : { nextState: next }),
      ...inspectionData(request, tested, first),
    };
  }
  return handleFailure(request, options, first, first.outcome.failure);
}

async function handleFailure(
  request: TestStateInput,
  options: TestOptions,
  first: Attempt,
  failure: StateFailure,
): Promise<TestStateOutput> {
  const { tested } = options;
  const { cause, error } = failure;
  const shown = {
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
  const inspect = (details?: ErrorDetails) => inspectionData(request, tested, first, details);
  const used = request.stateConfiguration?.retrierRetryCount ?? 0;
  const retry = decideRetry(tested.state, failure, used);
  if (retry.kind === 'retry') {
    const details = {
      retryIndex: retry.index,
      retryBackoffIntervalSeconds: retry.backoffSeconds,
    };
    return { status: 'RETRIABLE', ...shown, ...inspect(details) };
  }
  const exhausted = retry.kind === 'exhausted' ? { retryIndex: retry.index } : {};
  const catchIndex = findCatcher(tested.state, failure);
  if (catchIndex === undefined) {
    return { status: 'FAILED', ...shown, ...inspect(exhausted) };
  }
  // A second run with the Catcher, which does not repeat the task's work.
  const { Retry: _retry, ...catching } = tested.state;
  const second = await attempt({
    ...options,
    state: catching,
    mock: first.taskOutcome ?? { kind: 'error', error, cause },
  });
  if (second.outcome.kind === 'failed') {
    return { status: 'FAILED', ...second.outcome.failure, ...inspect() };
  }
  const { next, output } = second.outcome;
  return {
    status: 'CAUGHT_ERROR',
    ...shown,
    output: writeJson(output),
    ...(next === undefined ? {} : { nextState: next }),
    ...inspect({ ...exhausted, catchIndex }),
  };
}

/**
 * A mocked inline Map still evaluates its items. A Map without work evaluates them here;
 * undefined if that succeeded.
 */
async function failedItems(options: TestOptions, state: JsonObject): Promise<Attempt | undefined> {
  if (state['Type'] !== 'Map' || isDistributed(state) || options.tested.mock === undefined)
    return undefined;
  const evaluating = Object.fromEntries(
    Object.entries(state).filter(([field]) => ITEM_FIELDS.has(field)),
  );
  const doNothing = { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } };
  const tried = await attempt({
    ...options,
    state: { ...evaluating, ItemProcessor: doNothing },
    mock: undefined,
  });
  return tried.outcome.kind === 'failed' ? tried : undefined;
}

/** The fields of a Map that select its items. */
const ITEM_FIELDS: ReadonlySet<string> = new Set([
  'End',
  'InputPath',
  'Items',
  'ItemsPath',
  'MaxConcurrency',
  'MaxConcurrencyPath',
  'Next',
  'QueryLanguage',
  'Type',
]);

/** The failure of a Map if more iterations failed than it tolerates. */
function mockOf({ stateConfiguration }: TestStateInput, tested: TestedState): TestMock | undefined {
  const { mock, state } = tested;
  const failures = stateConfiguration?.mapIterationFailureCount;
  if (state['Type'] !== 'Map' || failures === undefined || mock?.kind !== 'result') return mock;
  return { ...mock, failures };
}

function prepare(
  state: StepFunctionsState,
  request: TestStateInput,
  tested: TestedState,
): TestOptions {
  const { cloud } = state;
  const identity = identityOf(cloud, request.roleArn);
  const runner: TaskRunner = {
    cloud,
    integrations: state.integrations,
    tokens: state.tokens,
    listeners: new EventListeners(),
    executionArn: identity.executionArn,
    executionName: identity.executionName,
    stateMachineArn: identity.stateMachineArn,
    principal: async () =>
      request.roleArn === undefined
        ? administrator(cloud)
        : actAs(cloud, request.roleArn, 'TestState'),
  };
  return {
    cloud,
    tested,
    context: tested.context ?? defaultContext(cloud, tested, identity, request.roleArn),
    identity,
    runner,
  };
}

/** AWS tests a state in an Express execution of a hidden machine. */
function identityOf(cloud: Cloud, roleArn: string | undefined): ExecutionIdentity {
  const machineName = cloud.random.uuid();
  const machineArn = stateMachineArn(cloud, machineName);
  const executionName = cloud.random.uuid();
  return {
    executionArn: expressExecutionArn(machineArn, executionName, cloud.random.uuid()),
    executionName,
    stateMachineArn: machineArn,
    stateMachineName: machineName,
    roleArn: roleArn ?? '',
    type: 'EXPRESS',
  };
}

function defaultContext(
  cloud: Cloud,
  { enclosingMap, input, name, state }: TestedState,
  identity: ExecutionIdentity,
  roleArn: string | undefined,
): JsonObject {
  const now = formatInstant(cloud.clock.now());
  const token = textOf(state['Resource']).endsWith('.waitForTaskToken');
  return {
    Execution: {
      Id: identity.executionArn,
      Input: input,
      StartTime: now,
      Name: identity.executionName,
      RoleArn: roleArn ?? null,
    },
    StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
    State: {
      Name: name,
      EnteredTime: now,
      ...(HANDLING_TYPES.includes(state['Type']) ? { RetryCount: 0 } : {}),
    },
    ...(enclosingMap === undefined ? {} : { Map: { Item: firstItem(enclosingMap, input) } }),
    ...(token ? { Task: { Token: cloud.random.uuid() } } : {}),
  };
}

/** A state in a Map is tested with its input as the first item. */
function firstItem(map: JsonObject, input: Json): JsonObject {
  const distributed = isDistributed(map) && map['ItemReader'] === undefined;
  return { Index: 0, Value: input, ...(distributed ? { Source: 'STATE_DATA' } : {}) };
}
