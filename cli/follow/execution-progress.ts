import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { Connection } from '../connection/connection.ts';
import { bold, dim, green, red, seconds, type Terminal, yellow } from '../terminal/terminal.ts';
import { JobLogTail } from './job-log-tail.ts';
import { readableCause } from './readable-cause.ts';

export interface FollowOptions {
  /** Show the logs of SageMaker jobs as they are written. @default false */
  readonly logs?: boolean;
  /** Show states only as they are entered; those of a loop once. @default show them entered and left */
  readonly brief?: { readonly loop: readonly string[] };
  /** How many times as fast as the wall the runtime's clock goes, which the durations are of. @default 1 */
  readonly speed?: number;
  /** Called at every look, with the newest time that the execution's history knows. */
  readonly onLook?: (now: Date) => Promise<void>;
}

/**
 * Shows an execution as it goes: each state entered and left, with its time, until it ends.
 * Returns what it ended with.
 */
export async function followExecution(
  connection: Connection,
  executionArn: string,
  terminal: Terminal,
  options: FollowOptions = {},
): Promise<DescribeExecutionCommandOutput> {
  const view = new ExecutionView(terminal, options);
  const tail = options.logs === true ? new JobLogTail(connection, terminal) : undefined;
  view.begin(executionArn);
  for (;;) {
    const description = await connection.states.send(
      new DescribeExecutionCommand({ executionArn }),
    );
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

class ExecutionView {
  lastEventId = 0;
  lastEventAt = 0;
  readonly #terminal: Terminal;
  readonly #brief: FollowOptions['brief'];
  /** Said of the execution's times where they are not the wall's. */
  readonly #clock: string;
  readonly #enteredAt = new Map<string, number>();
  readonly #failures = new Set<string>();

  constructor(terminal: Terminal, { brief, speed = 1 }: FollowOptions) {
    this.#terminal = terminal;
    this.#brief = brief;
    this.#clock = speed === 1 ? '' : ' simulated';
  }

  begin(executionArn: string): void {
    const clock = this.#clock === '' ? '' : ` (times${this.#clock})`;
    this.#terminal.note(
      `${bold(executionArn.split(':')[6] ?? '')} ${dim(`${executionArn}${clock}`)}`,
    );
  }

  show(event: HistoryEvent): void {
    this.lastEventId = Math.max(this.lastEventId, event.id ?? 0);
    const at = event.timestamp?.getTime() ?? 0;
    this.lastEventAt = Math.max(this.lastEventAt, at);
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) {
      const again = this.#enteredAt.has(entered) && this.#brief?.loop.includes(entered) === true;
      this.#enteredAt.set(entered, at);
      if (!again) this.#terminal.note(`  ${dim('▸')} ${entered}`);
    }
    const exited = event.stateExitedEventDetails?.name;
    if (exited !== undefined && this.#brief === undefined) {
      const duration = at - (this.#enteredAt.get(exited) ?? at);
      this.#terminal.note(`  ${green('✓')} ${exited} ${dim(seconds(duration))}`);
    }
    const failure = failureOf(event);
    if (failure !== undefined && this.#isNews(failure)) {
      this.#terminal.note(`  ${yellow('!')} ${failure}`);
    }
  }

  /** A loop's task may fail alike at every turn; the ids in parentheses differ. */
  #isNews(failure: string): boolean {
    const [text = ''] = failure.split('(');
    const isNew = this.#brief === undefined || !this.#failures.has(text);
    this.#failures.add(text);
    return isNew;
  }

  end({ status, error, cause, startDate, stopDate }: DescribeExecutionCommandOutput): void {
    const duration = seconds((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0));
    const paint = status === 'SUCCEEDED' ? green : red;
    const reason =
      error === undefined
        ? ''
        : ` ${error}${cause === undefined ? '' : `: ${readableCause(cause)}`}`;
    this.#terminal.note(`  ${paint(status ?? '')} ${dim(`${duration}${this.#clock}`)}${reason}`);
  }
}

/** What went wrong in a task, in one line; the execution may continue after it. */
function failureOf(event: HistoryEvent): string | undefined {
  const details =
    event.taskFailedEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.evaluationFailedEventDetails;
  return details === undefined ? undefined : `${details.error}: ${readableCause(details.cause)}`;
}
