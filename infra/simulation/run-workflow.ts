import { createHash } from 'node:crypto';
import {
  createVirtualClock,
  type HistoryEvent,
  parse,
  resume,
  run,
  type VirtualClock,
} from '../../engine/index.ts';

type Json = Parameters<typeof run>[1];
type Machine = Parameters<typeof run>[0];
type Host = Parameters<typeof run>[2];

/** An error with which a task fails. */
export class TaskError extends Error {
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

/** Thrown by an answer: the task did its work, and its answer was lost with the process. */
export class PowerCut extends Error {}

/** Answers a task by its state and its arguments; throws a TaskError to fail it. */
export type Answer = (state: string, argumentsOf: Record<string, unknown>) => unknown;

export interface WorkflowRun {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The states in the order they were entered. */
  readonly path: readonly string[];
  /** The arguments of every task, in order. */
  readonly tasks: readonly { readonly state: string; readonly arguments: unknown }[];
}

export interface RunOptions {
  readonly definition: string;
  readonly input: unknown;
  readonly answer: Answer;
  /** @default a name as EventBridge gives them */
  readonly executionName?: string;
  /** @default the first day of `createWorkflowClock` */
  readonly startMs?: number;
}

/** When a clock starts: on the day that the answers of the simulated services name. */
const FIRST_DAY_MS = Date.UTC(2026, 10, 20);

export function createWorkflowClock(startMs = FIRST_DAY_MS): VirtualClock {
  return createVirtualClock(startMs);
}

/** Runs a definition to its end in virtual time. */
export function runWorkflow(options: RunOptions): WorkflowRun {
  const time = createWorkflowClock(options.startMs);
  const execution = new WorkflowExecution(options, time);
  while (execution.status === 'RUNNING') {
    if (!time.step()) throw new Error(`stuck after ${execution.path.join(' > ')}`);
  }
  return execution.ended;
}

const machines = new Map<string, Machine>();

/** A definition is run many times, and its expressions are many. */
function parseOnce(definition: string): Machine {
  const known = machines.get(definition);
  if (known !== undefined) return known;
  const { machine, diagnostics } = parse(definition);
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  machines.set(definition, machine);
  return machine;
}

/** An execution in virtual time, beside others. */
export class WorkflowExecution {
  readonly executionArn: string;
  readonly path: string[] = [];
  readonly #tasks: { state: string; arguments: unknown }[] = [];
  readonly #history: HistoryEvent[] = [];
  readonly #machine: Machine;
  readonly #options: RunOptions;
  readonly #name: string;
  readonly #time: VirtualClock;
  #result: Omit<WorkflowRun, 'path' | 'tasks'> | undefined;
  #execution: ReturnType<typeof run>;
  #life = 0;
  #chance = 0;

  constructor(options: RunOptions, time: VirtualClock) {
    const machine = parseOnce(options.definition);
    this.#machine = machine;
    this.#options = options;
    this.#time = time;
    this.#name = options.executionName ?? executionIdentity.executionName;
    this.executionArn = executionArnOf(this.#name);
    this.#execution = run(machine, options.input as Json, this.#host(), this.#identity());
  }

  get history(): readonly HistoryEvent[] {
    return this.#history;
  }

  get status(): string {
    return this.#result?.status ?? 'RUNNING';
  }

  /** How it ended. */
  get ended(): WorkflowRun {
    const { status = '', output, error, cause } = this.#result ?? {};
    return { status, output, error, cause, path: this.path, tasks: this.#tasks };
  }

  /** As StopExecution does. */
  abort(): void {
    this.#execution.abort();
  }

  /** Loses everything except its history, as in a power failure, and resumes from the history. */
  crash(): void {
    this.#life += 1;
    this.#execution = resume(this.#machine, [...this.#history], this.#host(), this.#identity());
  }

  #identity() {
    return { ...executionIdentity, executionArn: this.executionArn, executionName: this.#name };
  }

  #host(): Host {
    const life = this.#life;
    return {
      clock: {
        now: () => this.#time.now(),
        setTimer: (delayMs, callback) =>
          this.#time.setTimer(delayMs, () => {
            if (life === this.#life) callback();
          }),
      },
      random: {
        next: () => 0.5,
        uuid: () => uuidOf(this.#chance++),
      },
      append: (event) => {
        this.#history.push(event);
        // The event's details have the state's name only where a state is entered or left.
        const { name: state } = event.details;
        if (event.type.endsWith('StateEntered') && state !== undefined) this.path.push(state);
      },
      startTask: (invocation, reporter) => {
        this.#answerTask(invocation, reporter);
        return () => undefined;
      },
      startMapRun() {
        throw new Error('these workflows have no distributed map');
      },
      ended: (result) => {
        this.#result = result as Omit<WorkflowRun, 'path' | 'tasks'>;
      },
    };
  }

  #answerTask(...[invocation, reporter]: Parameters<Host['startTask']>): void {
    const given = invocation.arguments as Record<string, unknown>;
    this.#tasks.push({ state: invocation.stateName, arguments: given });
    try {
      const output = this.#options.answer(invocation.stateName, given) ?? {};
      reporter.succeeded(JSON.parse(JSON.stringify(output)) as Json);
    } catch (error) {
      if (error instanceof PowerCut) return;
      if (!(error instanceof TaskError)) throw error;
      reporter.failed({ error: error.error, cause: error.message });
    }
  }
}

const EXECUTION_NAME = 'c0ffee00-0000-4000-8000-000000000001_run.1';

/** The identity of an execution without a name. */
export const executionIdentity = {
  executionArn: executionArnOf(EXECUTION_NAME),
  executionName: EXECUTION_NAME,
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
  stateMachineName: 'machine',
  roleArn: 'arn:aws:iam::000000000000:role/machine',
} as const;

export function executionArnOf(name: string): string {
  return `arn:aws:states:us-east-1:000000000000:execution:machine:${name}`;
}

function uuidOf(index: number): string {
  const digits = createHash('sha256').update(String(index)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
