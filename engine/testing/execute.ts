import { Execution } from '../execution/execution.ts';
import type { HistoryEvent } from '../history/event.ts';
import { type RenderedEvent, renderEvent } from '../history/render.ts';
import type {
  ExecutionIdentity,
  ExecutionResult,
  Host,
  TaskInvocation,
  TaskReporter,
} from '../host.ts';
import type { Json } from '../json.ts';
import type { Machine } from '../machine.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import { runMap } from './map-run.ts';
import { answerOf, type TaskMock, type TestOutcome } from './mocks.ts';
import { createSeededRandom } from './seeded-random.ts';

/** The tasks, items and identity of an execution in a test. */
export interface ExecuteOptions {
  /** The mock of each Task state, by the state's name. A task without a mock throws an error. */
  readonly tasks?: Readonly<Record<string, TaskMock>>;
  /** The items that the `ItemReader` of a distributed Map reads, by the state's name. @default none */
  readonly items?: Readonly<Record<string, readonly Json[]>>;
  /** Seeds ids, `$random` and jitter. @default 1 */
  readonly seed?: number;
  /** Parts of the context object. @default a Standard execution named `test` */
  readonly identity?: Partial<ExecutionIdentity>;
}

/** An execution in a test, with its own clock. */
export interface TestExecution {
  readonly status: 'RUNNING' | ExecutionResult['status'];
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The names of the states that were entered, in order, including those of branches and iterations. */
  readonly states: readonly string[];
  /** The history as `GetExecutionHistory` returns it. */
  readonly history: readonly RenderedEvent[];
  /** The tasks that were called, in order. */
  readonly calls: readonly TaskInvocation[];
  readonly clock: VirtualClock;
  abort(error?: string, cause?: string): void;
}

/**
 * Runs a machine to its end on a virtual clock: waits, retries and timeouts take no time.
 *
 * @example
 * const execution = execute(machine, { amount: 12 }, { tasks: { Charge: { receipt: 'r-1' } } });
 * expect(execution).toHaveSucceeded({ receipt: 'r-1' });
 */
export function execute(
  machine: Machine,
  input: Json,
  options: ExecuteOptions = {},
): TestExecution {
  const execution = start(machine, input, options);
  execution.clock.run();
  return execution;
}

/** As {@link execute}, but time passes only when the test advances `clock`. */
export function start(machine: Machine, input: Json, options: ExecuteOptions = {}): TestExecution {
  const world = new World(options);
  const identity = { ...standardIdentity, ...options.identity };
  const host = world.createHost();
  const execution = new Execution({ machine, host, identity, input, startedAt: host.clock.now() });
  execution.begin();
  return world.observe(execution);
}

const standardIdentity: ExecutionIdentity = {
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:machine:test',
  executionName: 'test',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
  stateMachineName: 'machine',
  roleArn: 'arn:aws:iam::000000000000:role/test',
};

/** The environment of an execution in a test. */
class World {
  readonly #options: ExecuteOptions;
  readonly #clock = createVirtualClock();
  readonly #random: ReturnType<typeof createSeededRandom>;
  readonly #events: HistoryEvent[] = [];
  readonly #states: string[] = [];
  readonly #calls: TaskInvocation[] = [];
  readonly #attempts = new Map<string, number>();

  constructor(options: ExecuteOptions) {
    this.#options = options;
    this.#random = createSeededRandom(options.seed);
  }

  createHost(ended: Host['ended'] = () => {}, isChild = false): Host {
    return {
      clock: this.#clock,
      random: this.#random,
      append: (event) => {
        if (!isChild) this.#events.push(event);
        if (event.type.endsWith('StateEntered')) this.#states.push(event.details.name ?? '');
      },
      startTask: (invocation, reporter) => this.#startTask(invocation, reporter),
      startMapRun: (request, reporter) =>
        runMap(request, reporter, {
          hostFor: (_, childEnded) => this.createHost(childEnded, true),
          readItems: () => this.#options.items?.[request.stateName] ?? [],
          mapRunArn: `arn:aws:states:us-east-1:000000000000:mapRun:machine/${request.label ?? 'map'}:${this.#random.uuid()}`,
        }),
      ended,
    };
  }

  #startTask(invocation: TaskInvocation, reporter: TaskReporter): () => void {
    const { stateName } = invocation;
    const mock = this.#options.tasks?.[stateName];
    if (mock === undefined) {
      throw new Error(
        `tasks['${stateName}']: the test has no mock for this task (${invocation.resource}), so the execution stopped; add one to the option 'tasks'`,
      );
    }
    this.#calls.push(invocation);
    const attempt = this.#attempts.get(stateName) ?? 0;
    this.#attempts.set(stateName, attempt + 1);
    return this.#answer(answerOf(mock, invocation, attempt), reporter);
  }

  #answer(outcome: TestOutcome, reporter: TaskReporter): () => void {
    reporter.started();
    if (outcome.kind === 'never') return () => {};
    const settle = () => {
      if (outcome.kind === 'success') reporter.succeeded(outcome.output);
      else reporter.failed({ error: outcome.error, cause: outcome.cause });
    };
    if (outcome.seconds === 0) {
      settle();
      return () => {};
    }
    const timer = this.#clock.setTimer(outcome.seconds * 1000, settle);
    return () => timer.cancel();
  }

  observe(execution: Execution): TestExecution {
    const events = this.#events;
    return {
      get status() {
        return execution.status;
      },
      get output() {
        return execution.result?.status === 'SUCCEEDED' ? execution.result.output : undefined;
      },
      get error() {
        return failureOf(execution)?.error;
      },
      get cause() {
        return failureOf(execution)?.cause;
      },
      get history() {
        return events.map((event) => renderEvent(event));
      },
      states: this.#states,
      calls: this.#calls,
      clock: this.#clock,
      abort: (error, cause) => execution.abort(error, cause),
    };
  }
}

function failureOf(execution: Execution) {
  const { result } = execution;
  return result === undefined || result.status === 'SUCCEEDED' ? undefined : result;
}
