import { createHash } from 'node:crypto';
import { parse, run } from '../../engine/index.ts';

type Json = Parameters<typeof run>[1];

/** An error a task answers with. */
export class TaskError extends Error {
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

/** Answers a task by its state and its arguments; throws a TaskError to fail it. */
export type Answer = (state: string, argumentsOf: Record<string, unknown>) => unknown;

export interface WorkflowRun {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The states in the order they were entered. */
  readonly path: readonly string[];
  /** What every task was asked, in order. */
  readonly tasks: readonly { readonly state: string; readonly arguments: unknown }[];
}

export interface RunOptions {
  readonly definition: string;
  readonly input: unknown;
  readonly answer: Answer;
  /** @default a name as EventBridge gives them */
  readonly executionName?: string;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Runs a definition to its end in virtual time. */
export function runWorkflow(options: RunOptions): WorkflowRun {
  const { machine, diagnostics } = parse(options.definition);
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  const name = options.executionName ?? 'c0ffee00-0000-4000-8000-000000000001_run.1';
  const path: string[] = [];
  const tasks: { state: string; arguments: unknown }[] = [];
  const timers: Timer[] = [];
  let now = Date.UTC(2026, 10, 20);
  const results: { status: string; output?: unknown; error?: string; cause?: string }[] = [];
  let chance = 0;

  run(
    machine,
    options.input as Json,
    {
      clock: {
        now: () => now,
        setTimer(delayMs, callback) {
          const timer = { at: now + delayMs, callback };
          timers.push(timer);
          return {
            cancel() {
              const index = timers.indexOf(timer);
              if (index >= 0) timers.splice(index, 1);
            },
          };
        },
      },
      random: {
        next: () => 0.5,
        uuid: () => uuidOf(chance++),
      },
      append(event) {
        // The event's details have the state's name only where a state is entered or left.
        const { name: state } = event.details;
        if (event.type.endsWith('StateEntered') && state !== undefined) path.push(state);
      },
      startTask(invocation, reporter) {
        const given = invocation.arguments as Record<string, unknown>;
        tasks.push({ state: invocation.stateName, arguments: given });
        try {
          const output = options.answer(invocation.stateName, given) ?? {};
          reporter.succeeded(JSON.parse(JSON.stringify(output)) as Json);
        } catch (error) {
          if (!(error instanceof TaskError)) throw error;
          reporter.failed({ error: error.error, cause: error.message });
        }
        return () => undefined;
      },
      startMapRun() {
        throw new Error('these workflows have no distributed map');
      },
      ended(result) {
        results.push(result as (typeof results)[number]);
      },
    },
    {
      executionArn: executionArnOf(name),
      executionName: name,
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
      stateMachineName: 'machine',
      roleArn: 'arn:aws:iam::000000000000:role/machine',
    },
  );
  while (results.length === 0) {
    timers.sort((one, other) => one.at - other.at);
    const timer = timers.shift();
    if (timer === undefined) throw new Error(`stuck after ${path.join(' > ')}`);
    now = timer.at;
    timer.callback();
  }
  const [ended] = results;
  return {
    status: ended?.status ?? '',
    output: ended?.output,
    error: ended?.error,
    cause: ended?.cause,
    path,
    tasks,
  };
}

export function executionArnOf(name: string): string {
  return `arn:aws:states:us-east-1:000000000000:execution:machine:${name}`;
}

function uuidOf(index: number): string {
  const digits = createHash('sha256').update(String(index)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
