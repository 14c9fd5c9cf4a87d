import type { Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Schemas } from '../../api/client/index.ts';
import { useConsole } from './console.ts';
import { LONG_DEFINITION, makeLongHistory } from './long-history.ts';
import { longestTask, watchTasks } from './long-tasks.ts';

const { open } = useConsole();

/** A person notices what takes longer. */
const LONGEST_TASK_MILLISECONDS = 200;
/** Other programs on the machine make tasks longer, and none shorter. */
const ATTEMPTS = 4;

const EXECUTIONS = 5_000;
const PAGE_ROWS = 50;
const history = makeLongHistory();
const [first] = history;
const last = history.at(-1);

const summary = {
  project: 'abalone',
  workflow: 'training',
  status: 'SUCCEEDED',
  outcome: 'Registered',
  startedAt: first?.timestamp ?? '',
  stoppedAt: last?.timestamp ?? '',
} as const satisfies Partial<Schemas['ExecutionSummary']>;

const execution = {
  ...summary,
  execution: 'long',
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:abalone-training:long',
  status: 'RUNNING',
  input: {},
  output: null,
  redriveCount: 0,
  isRedrivable: false,
  definition: LONG_DEFINITION,
} as const satisfies Schemas['Execution'];

it('has no long task while it opens a history of 25,000 events and goes through it', async () => {
  const longest = await leastOf(async () => {
    const page = await open('/dashboard', 'Dashboard');
    await page.route('**/executions/training/long', (route) => answer(route, execution));
    await page.route('**/executions/training/long/events*', answerEvents);
    await watchTasks(page);

    await goTo(page, '/executions/abalone/training/long');
    await page.getByText(`of ${history.length}, `).waitFor();
    for (const view of ['Events', 'States', 'Timeline', 'Graph']) {
      await page.getByRole('tab', { name: view }).click();
      await page.getByRole('tab', { name: view, selected: true }).waitFor();
    }
    await page.getByRole('slider', { name: 'Event' }).focus();
    await page.keyboard.press('PageDown');
    await page.getByText('As it was: ').waitFor();
    // The slider's tooltip is outside of all landmarks.
    await page.keyboard.press('Tab');

    return longestTask(page);
  });

  expect(longest).toBeLessThan(LONGEST_TASK_MILLISECONDS);
});

it('has no long task while it reads 5,000 executions', async () => {
  const longest = await leastOf(async () => {
    const page = await open('/dashboard', 'Dashboard');
    await page.route('**/projects/abalone/executions?*', answerExecutions);
    await watchTasks(page);

    await goTo(page, `/executions?project=abalone&page=${EXECUTIONS / PAGE_ROWS}`);
    await page.getByRole('link', { name: `run-${EXECUTIONS}` }).waitFor();

    return longestTask(page);
  });

  expect(longest).toBeLessThan(LONGEST_TASK_MILLISECONDS);
});

async function leastOf(measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least >= LONGEST_TASK_MILLISECONDS; attempt += 1) {
    least = Math.min(least, await measure());
  }
  return least;
}

/** As a link does, in the page that is there. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`);
}

function answer(route: Route, json: unknown): Promise<void> {
  return route.fulfill({ json, headers: { 'poll-after': '2' } });
}

/** Page by page, or nothing new. */
function answerEvents(route: Route): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const isNew = query.has('after');
  const from = Number(query.get('pageToken') ?? 0);
  const to = from + Number(query.get('pageSize') ?? history.length);
  return answer(route, {
    status: 'RUNNING',
    events: isNew ? [] : history.slice(from, to),
    isCutShort: false,
    ...(!isNew && to < history.length ? { nextPageToken: String(to) } : {}),
  });
}

function answerExecutions(route: Route): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const from = Number(query.get('pageToken') ?? 0);
  const executions = Array.from({ length: PAGE_ROWS }, (_, index) => ({
    ...summary,
    execution: `run-${from + index + 1}`,
    executionArn: `${execution.executionArn}-${from + index + 1}`,
  }));
  const next = from + PAGE_ROWS;
  return answer(route, {
    executions,
    ...(next < EXECUTIONS ? { nextPageToken: String(next) } : {}),
  });
}
