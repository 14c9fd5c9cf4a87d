import {
  type ExecutionIdentity,
  type ExecutionResult,
  type HistoryEvent,
  type Host,
  type InspectionStage,
  type Json,
  type JsonObject,
  type MapRunReporter,
  type MapRunRequest,
  parse,
  run,
  StatesError,
  type TaskInvocation,
  writeJson,
} from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { type Clock, createVirtualClock } from '../../../host/clock.ts';
import { ItemReaderFailure } from '../distributed-map/failures.ts';
import { InvalidDefinition, ValidationException } from '../errors.ts';
import { prepareTask, runTask, type TaskRunner } from '../execution/run-task.ts';
import { isJsonObject, textOf } from '../json-value.ts';
import type { StateFailure } from './error-rules.ts';
import { inspectItems } from './map-items.ts';
import type { TestedState, TestMock } from './request.ts';

/** The result of one run of a state. */
export interface Attempt {
  readonly outcome:
    | { readonly kind: 'succeeded'; readonly output: Json; readonly next: string | undefined }
    | { readonly kind: 'failed'; readonly failure: StateFailure };
  /** The stages of the data flow, in the order in which they were reached. */
  readonly stages: ReadonlyMap<InspectionStage, Json>;
  readonly assigned: Readonly<Record<string, Json>>;
  /** How a task ended, so that a second run does not repeat its work. */
  readonly taskOutcome: TestMock | undefined;
}

export interface AttemptOptions {
  readonly cloud: Cloud;
  readonly tested: TestedState;
  /** The state, with or without its Retry and Catch. */
  readonly state: JsonObject;
  readonly mock: TestMock | undefined;
  readonly context: JsonObject;
  readonly identity: ExecutionIdentity;
  readonly runner: TaskRunner;
}

/** Runs a state as the only state of a machine. */
export function attempt(options: AttemptOptions): Promise<Attempt> {
  return new Promise((resolve, reject) => new Trial(options, { resolve, reject }).run());
}

interface Settling {
  resolve(result: Attempt): void;
  reject(error: unknown): void;
}

/** One run of a state, and what its host observes. */
class Trial {
  readonly #options: AttemptOptions;
  readonly #settling: Settling;
  readonly #stages = new Map<InspectionStage, Json>();
  #next: string | undefined;
  #assigned: Readonly<Record<string, Json>> = {};
  #taskOutcome: TestMock | undefined;
  #left = false;

  constructor(options: AttemptOptions, settling: Settling) {
    this.#options = options;
    this.#settling = settling;
  }

  run(): void {
    const { cloud, context, identity, mock, state, tested } = this.#options;
    const machine = machineOf(tested, state, mock !== undefined);
    // A tested Wait does not wait.
    const leap = state['Type'] === 'Wait' ? createVirtualClock(cloud.clock.now()) : undefined;
    run(machine, tested.input, this.#host(leap ?? cloud.clock), {
      ...identity,
      ...(leap === undefined ? {} : { type: 'STANDARD' }),
      inspect: (stage, value) => {
        if (!this.#left) this.#stages.set(stage, value);
      },
      context,
      variables: tested.variables ?? {},
    });
    while (leap?.step() === true);
  }

  #host(clock: Clock): Host {
    const { cloud, mock, runner } = this.#options;
    return {
      clock,
      random: cloud.random,
      append: (event) => this.#append(event),
      prepareTask: (invocation) =>
        mock === undefined ? prepareTask(runner, invocation) : undefined,
      startTask: (invocation, reporter) => this.#startTask(invocation, reporter),
      startMapRun: (request, reporter) => {
        void this.#runMap(request, reporter);
        return () => {};
      },
      ended: (result) =>
        this.#settling.resolve({
          outcome: outcomeOf(result, this.#next),
          stages: this.#stages,
          assigned: this.#assigned,
          taskOutcome: this.#taskOutcome,
        }),
    };
  }

  #append({ details, type }: HistoryEvent): void {
    if (!type.endsWith('StateExited') || details.name !== this.#options.tested.name) return;
    this.#left = true;
    this.#next = details.next ?? undefined;
    this.#assigned = details.assigned ?? {};
  }

  #startTask(invocation: TaskInvocation, reporter: Reporter): () => void {
    const { mock, runner } = this.#options;
    const observed = observe(reporter, (outcome) => {
      this.#taskOutcome = outcome;
      if (outcome.kind === 'result') this.#stages.set('result', outcome.result);
    });
    if (mock === undefined) return runTask(runner, invocation, observed);
    observed.started();
    reportMock(observed, mock);
    return () => {};
  }

  async #runMap(request: MapRunRequest, reporter: MapRunReporter): Promise<void> {
    const { identity, mock, tested } = this.#options;
    reporter.started(`${identity.stateMachineArn}/mapRun`);
    try {
      const items = await inspectItems(request, {
        inline: !isDistributed(tested.state),
        readerData: tested.readerData,
      });
      for (const [stage, value] of items?.stages ?? []) this.#stages.set(stage, value);
      if (mock !== undefined) reportMock(reporter, withFailures(mock, request, items?.count));
    } catch (error) {
      if (error instanceof StatesError) {
        reporter.failed({ error: error.error, cause: error.causeText });
      } else if (error instanceof ItemReaderFailure) {
        reporter.failed({ error: 'States.ItemReaderFailed', cause: error.message });
      } else this.#settling.reject(error);
    }
  }
}

type Reporter = Parameters<Host['startTask']>[1];

function observe(reporter: Reporter, seen: (outcome: TestMock) => void): Reporter {
  return {
    started: (workerName) => reporter.started(workerName),
    submitted: (output) => reporter.submitted(output),
    heartbeat: () => reporter.heartbeat(),
    scheduleFailed: (failure) => reporter.scheduleFailed(failure),
    startFailed: (failure) => reporter.startFailed(failure),
    submitFailed: (failure) => reporter.submitFailed(failure),
    succeeded(output) {
      seen({ kind: 'result', result: output });
      return reporter.succeeded(output);
    },
    failed(failure) {
      seen({ kind: 'error', error: failure.error, cause: failure.cause });
      return reporter.failed(failure);
    },
  };
}

function reportMock(reporter: Pick<Reporter, 'succeeded' | 'failed'>, mock: TestMock): void {
  if (mock.kind === 'result') reporter.succeeded(mock.result);
  else reporter.failed({ error: mock.error, cause: mock.cause });
}

/**
 * A Map fails if more iterations failed than it tolerates.
 *
 * @param items the number of items, if it is known
 */
function withFailures(mock: TestMock, request: MapRunRequest, items: number | undefined): TestMock {
  if (mock.kind !== 'result' || mock.failures === undefined) return mock;
  if (items !== undefined && mock.failures > items) {
    throw new ValidationException(
      'Map iteration failure count must be less than or equal to the number of Map iterations',
    );
  }
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = request;
  const results = Array.isArray(mock.result) ? mock.result.length : mock.failures;
  const total = items ?? results;
  const exceeds =
    (count !== undefined && mock.failures > count) ||
    (percentage !== undefined && (mock.failures * 100) / total > percentage);
  return exceeds
    ? {
        kind: 'error',
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      }
    : mock;
}

function outcomeOf(result: ExecutionResult, next: string | undefined): Attempt['outcome'] {
  if (result.status === 'SUCCEEDED') return { kind: 'succeeded', output: result.output, next };
  return { kind: 'failed', failure: { error: result.error, cause: result.cause } };
}

/** A machine with the state, and a Succeed state for each of its transitions. */
function machineOf(tested: TestedState, state: JsonObject, mocked: boolean) {
  const ends = targetsOf(state).map((target) => [target, { Type: 'Succeed' }] as const);
  const definition = {
    StartAt: tested.name,
    ...(tested.queryLanguage === undefined ? {} : { QueryLanguage: tested.queryLanguage }),
    States: {
      ...Object.fromEntries(ends),
      [tested.name]: mocked ? mockable(state) : state,
    },
  };
  const text = writeJson(definition);
  const { machine, diagnostics } = parse(text);
  if (machine === undefined) {
    throw new InvalidDefinition(diagnostics.map(({ message }) => message).join(', '));
  }
  return machine;
}

function targetsOf(state: JsonObject): readonly string[] {
  const choices = [...listOf(state['Choices']), ...listOf(state['Catch']), state];
  const targets = choices.flatMap((each) =>
    isJsonObject(each) ? [textOf(each['Next']), textOf(each['Default'])] : [],
  );
  return targets.filter((target) => target !== '');
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Represents the branches of a mocked Parallel: a task that accepts any arguments. */
const BRANCHES_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:branches';

/** Whether the items of a Map are child executions. */
export function isDistributed(map: JsonObject): boolean {
  const processor = map['ItemProcessor'] ?? map['Iterator'];
  const config = isJsonObject(processor) ? processor['ProcessorConfig'] : undefined;
  return isJsonObject(config) && config['Mode'] === 'DISTRIBUTED';
}

/** Mocked work is not run: the items of a Map, or all branches, are one result of the host. */
function mockable(state: JsonObject): JsonObject {
  if (state['Type'] === 'Parallel') {
    const { Branches: _branches, ...rest } = state;
    return { ...rest, Type: 'Task', Resource: BRANCHES_ARN };
  }
  if (state['Type'] !== 'Map') return state;
  const { ItemProcessor: processor, Iterator: iterator, ...rest } = state;
  const states = isJsonObject(processor) ? processor : iterator;
  return {
    ...rest,
    ItemProcessor: {
      ...(isJsonObject(states) ? states : {}),
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    },
  };
}
