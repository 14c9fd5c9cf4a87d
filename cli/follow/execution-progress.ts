import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { isSimulated } from '../connection/clock.ts';
import type { Connection } from '../connection/connection.ts';
import {
  bold,
  dim,
  green,
  type LivePart,
  red,
  seconds,
  type Terminal,
  yellow,
} from '../terminal/terminal.ts';
import { JobLogTail } from './job-log-tail.ts';
import { readableCause } from './readable-cause.ts';
import {
  failureOf,
  renderFailure,
  renderStateLine,
  resultOf,
  type StateWork,
} from './state-line.ts';

export interface FollowOptions {
  /** Show the logs of SageMaker jobs as they are written. @default false */
  readonly logs?: boolean;
  /** Show every state as it is entered and left, and every failed attempt. @default states that do work */
  readonly verbose?: boolean;
  /** How many times as fast as the wall the runtime's clock goes. @default not known */
  readonly speed?: number;
  /** Called at every look, with the newest time that the execution's history knows. */
  readonly onLook?: (now: Date) => Promise<void>;
}

/**
 * Shows an execution until it ends: a line for each state that did work, with its time and result.
 *
 * @returns what it ended with
 */
export async function followExecution(
  connection: Connection,
  executionArn: string,
  terminal: Terminal,
  options: FollowOptions = {},
): Promise<DescribeExecutionCommandOutput> {
  const view = new ExecutionView(connection, terminal, options);
  const tail = options.logs === true ? new JobLogTail(connection, terminal) : undefined;
  try {
    return await followEvents(connection, executionArn, view, tail, options);
  } finally {
    view.close();
  }
}

async function followEvents(
  connection: Connection,
  executionArn: string,
  view: ExecutionView,
  tail: JobLogTail | undefined,
  options: FollowOptions,
): Promise<DescribeExecutionCommandOutput> {
  for (;;) {
    const description = await connection.states.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    view.begin(description);
    for (const event of await eventsAfter(connection, executionArn, view.lastEventId)) {
      // A job's last lines belong under its own state.
      if (tail?.endsJob(event) === true) await tail.print();
      view.show(event);
      tail?.watch(event);
    }
    await tail?.print();
    await options.onLook?.(new Date(view.lastEventAt));
    if (description.status !== 'RUNNING') {
      view.end(description);
      return description;
    }
    await pause(connection.pollMs);
  }
}

async function eventsAfter(
  { states }: Connection,
  executionArn: string,
  lastEventId: number,
): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await states.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000, nextToken }),
    );
    events.push(...(page.events ?? []).filter(({ id = 0 }) => id > lastEventId));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}

/** Other states only decide and compute. */
const WORK: readonly string[] = ['TaskStateEntered', 'WaitStateEntered'];
/** Where a decision leads to one of these, it has settled something: more work would follow otherwise. */
const SETTLED: readonly string[] = ['FailStateEntered', 'PassStateEntered', 'SucceedStateEntered'];

class ExecutionView {
  lastEventId = 0;
  lastEventAt = 0;
  readonly #terminal: Terminal;
  readonly #isVerbose: boolean;
  readonly #live: LivePart;
  readonly #connection: Connection;
  #isBegun = false;
  /** Whether the execution's times are not the wall's. */
  #isSimulated: boolean;
  /** The state that an event belongs to: events name only the one before them. */
  readonly #stateOf = new Map<number, string>();
  readonly #working = new Map<string, StateWork>();
  /** States that have ended once: a loop's are shown in their first turn. */
  readonly #shown = new Set<string>();
  #decision: string | undefined;

  constructor(
    connection: Connection,
    terminal: Terminal,
    { verbose = false, speed = 1 }: FollowOptions,
  ) {
    this.#connection = connection;
    this.#terminal = terminal;
    this.#isVerbose = verbose;
    this.#live = terminal.live('');
    this.#isSimulated = speed !== 1;
  }

  /** Shows what is followed, at the first look. */
  begin({ executionArn = '', startDate }: DescribeExecutionCommandOutput): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#isSimulated ||= isSimulated(this.#connection, startDate);
    const [, , , , , , machine = '', name = ''] = executionArn.split(':');
    const clock = this.#isSimulated ? ' (times simulated)' : '';
    this.#terminal.note(
      `${bold(machine)} ${dim(`${this.#isVerbose ? executionArn : name}${clock}`)}`,
    );
  }

  close(): void {
    this.#live.end();
  }

  show(event: HistoryEvent): void {
    this.lastEventId = Math.max(this.lastEventId, event.id ?? 0);
    this.lastEventAt = Math.max(this.lastEventAt, timeOf(event));
    const name =
      event.stateEnteredEventDetails?.name ?? this.#stateOf.get(event.previousEventId ?? 0) ?? '';
    this.#stateOf.set(event.id ?? 0, name);
    if (event.stateEnteredEventDetails !== undefined) this.#enter(name, event);
    this.#attempt(name, event);
    const exited = event.stateExitedEventDetails?.name;
    if (exited !== undefined) this.#leave(exited, event);
  }

  #enter(name: string, event: HistoryEvent): void {
    const { type = '' } = event;
    if (this.#isVerbose) this.#terminal.note(`  ${dim('▸')} ${name}`);
    else if (this.#decision !== undefined && SETTLED.includes(type)) {
      this.#terminal.note(`  ${dim(`${this.#decision} → ${name}`)}`);
    }
    this.#decision = type === 'ChoiceStateEntered' ? name : undefined;
    const enteredAtMs = timeOf(event);
    if (!this.#isVerbose && !WORK.includes(type)) return;
    this.#working.set(name, { name, enteredAtMs, failures: [], hasFailed: false, result: '' });
    this.#showWork();
  }

  #attempt(name: string, event: HistoryEvent): void {
    const work = this.#working.get(name);
    if (work === undefined) return;
    const failure = failureOf(event);
    if (failure !== undefined) {
      const failures = [...work.failures, failure];
      this.#working.set(name, { ...work, failures, hasFailed: true });
      if (this.#isVerbose) this.#terminal.note(`  ${yellow('!')} ${renderFailure(failure)}`);
    } else if (event.type === 'TaskSucceeded' || event.type === 'LambdaFunctionSucceeded') {
      this.#working.set(name, { ...work, hasFailed: false, result: resultOf(event) });
    }
  }

  #leave(name: string, event: HistoryEvent): void {
    const work = this.#working.get(name);
    this.#working.delete(name);
    this.#showWork();
    if (work === undefined || (this.#shown.has(name) && !this.#isVerbose)) return;
    this.#shown.add(name);
    this.#terminal.note(`  ${renderStateLine(work, timeOf(event))}`);
  }

  #showWork(): void {
    this.#live.update([...this.#working.keys()].map((name) => `${name} …`).join(', '));
  }

  end({ status, error, cause, startDate, stopDate }: DescribeExecutionCommandOutput): void {
    const duration = seconds((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0));
    const clock = this.#isSimulated || isSimulated(this.#connection, stopDate) ? ' simulated' : '';
    const paint = status === 'SUCCEEDED' ? green : red;
    const reason =
      error === undefined
        ? ''
        : ` ${error}${cause === undefined ? '' : `: ${readableCause(cause)}`}`;
    // What failed without being caught was never left.
    for (const { name, hasFailed } of this.#working.values()) {
      if (hasFailed) this.#terminal.note(`  ${red('✗')} ${name}`);
    }
    this.#terminal.note(`  ${paint(status ?? '')} ${dim(`${duration}${clock}`)}${reason}`);
  }
}

function timeOf({ timestamp }: HistoryEvent): number {
  return timestamp?.getTime() ?? 0;
}
