import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import type { Slice } from '../slice/slice-runtime.ts';
import { useConsole } from './console.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';

/** So many that the training still runs when its page is open. */
const ROWS = 20_000;
/** A training, while other programs use the machine. */
const TRAINING_MILLISECONDS = 300_000;
const LOOK_MILLISECONDS = 50;

let runtime: ConsoleRuntime | undefined;
const { open } = useConsole(async () => {
  runtime = await startConsole();
  return runtime;
});

/** Runs in the page: when the graph first showed each state as left, in milliseconds since 1970. */
const WATCH_STATES = `globalThis.shownAt = {};
const look = () => {
  for (const state of document.querySelectorAll('[data-state][aria-label*="Succeeded"]')) {
    globalThis.shownAt[state.dataset.state] ??= Date.now();
  }
};
look();
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });`;

it('shows in the order of the history that states were left', {
  timeout: TRAINING_MILLISECONDS,
}, async () => {
  const { slice } = runtime as ConsoleRuntime;
  // Loaded before the training begins, so that the page can watch it from its start.
  const page = await open('/executions', 'Executions');
  await page.evaluate(WATCH_STATES);
  const upload = await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS));
  const executionArn = await slice.trainings.begunBy(upload.versionId);
  const address = `/executions/abalone/training/${executionArn.split(':').at(-1)}`;
  const begun = Date.now();
  await page.evaluate(
    `history.pushState({}, '', '${address}'); dispatchEvent(new PopStateEvent('popstate'));`,
  );
  const left = await watchHistory(slice, executionArn);
  await page.getByText('Registered').first().waitFor();

  const shown = await page.evaluate<Readonly<Record<string, number>>>('shownAt');
  const watched = left.filter(({ at, name }) => at > begun && name in shown);
  report(watched.map(({ name, at }) => (shown[name] ?? 0) - at));
  expect(watched.length).toBeGreaterThan(5);
  const moments = watched.map(({ name }) => shown[name] ?? 0);
  expect(moments).toEqual(moments.toSorted((one, other) => one - other));
});

/** A state, and when Step Functions first reported that it was left. */
interface Left {
  readonly name: string;
  readonly at: number;
}

/** Looks at the history as often as is possible until the execution has ended. */
async function watchHistory({ connection }: Slice, executionArn: string): Promise<readonly Left[]> {
  const left = new Map<string, number>();
  for (let last = ''; last !== 'ExecutionSucceeded'; ) {
    const { events = [] } = await connection.states.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 }),
    );
    const now = Date.now();
    for (const name of events.toReversed().flatMap(nameOfLeft)) {
      if (!left.has(name)) left.set(name, now);
    }
    last = events[0]?.type ?? '';
    expect(last).not.toMatch(/^Execution(?:Failed|Aborted|TimedOut)$/);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
  return [...left].map(([name, at]) => ({ name, at }));
}

function nameOfLeft({ stateExitedEventDetails: details }: HistoryEvent): string[] {
  return details?.name === undefined ? [] : [details.name];
}

/** For people: how long it takes depends on what else the machine does, so no test holds it. */
function report(milliseconds: readonly number[]): void {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)];
  process.stdout.write(
    `A state that was left was shown after ${median} ms (median), ${sorted.at(-1)} ms (maximum of ${sorted.length}).\n`,
  );
}
