import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Schemas } from '../../api/client/index.ts';
import { useConsole } from './console.ts';
import { startLive } from './live-runtime.ts';
import {
  LOOKS,
  listCutTables,
  listNarrowCharts,
  measureOverflow,
  measureWideOverflow,
  nameLastBreadcrumb,
  savePicture,
} from './pictures.ts';

const { open, takeComplaints } = useConsole(startLive);

const ROW = 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15';
const run = promisify(execFile);

/** A canary, while other programs use the machine. */
const ROLLOUT_MILLISECONDS = 600_000;

it('shows a canary, until the new model is live (light)', {
  timeout: ROLLOUT_MILLISECONDS,
}, async () => {
  const page = await open('/endpoints/abalone', 'Endpoint of abalone', LOOKS.light);
  page.setDefaultTimeout(ROLLOUT_MILLISECONDS);
  const answers = page.getByRole('meter', { name: 'Requests that abalone:2 answers' });

  await answers.and(page.locator('[aria-valuenow="50"]')).waitFor();
  await savePicture(page, 'rollout');
  await answers.and(page.locator('[aria-valuenow="100"]')).waitFor();
  await page.getByRole('progressbar', { name: 'Bake' }).waitFor();
  await page.getByRole('progressbar', { name: 'Bake' }).waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'abalone:2', exact: true }).first().waitFor();
});

/** Pages that look otherwise once a model is live, and a text that is there when they are complete. */
const PAGES = [
  ['endpoint-live', '/endpoints/abalone', 'Endpoint of abalone', 'abalone-rollback-latency'],
  ['rollback', '/endpoints/abalone/rollback', 'Roll back abalone', 'abalone:1, which was live'],
  ['model-live', '/models/abalone:2', 'abalone:2', 'Live: it answers requests'],
  [
    'compare',
    '/models/compare?a=abalone:1&b=abalone:2',
    'Compare versions',
    'Predicted against actual',
  ],
  ['reject-live', '/models/abalone:2/decide?as=reject', 'Reject abalone:2', 'comes back'],
  ['dashboard-live', '/dashboard', 'Dashboard', 'abalone:2'],
] as const;

it.for(
  Object.entries(LOOKS).flatMap(([look, options]) =>
    PAGES.map((page) => [look, options, ...page] as const),
  ),
)('shows $2 ($0)', async ([look, options, name, path, title, text]) => {
  const page = await open(path, title, options);

  await page.getByText(text).first().waitFor();

  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  expect(await listCutTables(page)).toEqual([]);
  expect(await listNarrowCharts(page)).toEqual([]);
  expect(await nameLastBreadcrumb(page)).toBe(title);
  if (look === 'light') expect(await measureWideOverflow(page)).toBeLessThanOrEqual(0);
  if (look === 'light' && !name.endsWith('-live')) await savePicture(page, name);
});

it('asks for the reason of a rollback, in one line', async () => {
  const page = await open('/endpoints/abalone/rollback', 'Roll back abalone');
  const rollBack = page.getByRole('button', { name: /^Roll back/ });
  await page.getByText('abalone:1, which was live').waitFor();
  expect(await rollBack.getAttribute('aria-disabled')).toBe('true');

  await page.getByLabel('Reason').fill('x'.repeat(501));

  // At the field, and at the button.
  await page.getByText('At most 500 characters; these are 501.').first().waitFor();
  expect(await rollBack.getAttribute('aria-disabled')).toBe('true');
});

function classOf(share: number): 'lived' | 'died' {
  return share > 0.5 ? 'lived' : 'died';
}

/** Answers that are mostly right, and surer of it the more they are. */
const PAIRS = {
  one: 'abalone:1',
  other: 'abalone:2',
  kind: 'classes',
  classes: ['died', 'lived'],
  total: 200,
  rows: Array.from({ length: 200 }, (_, index) => {
    const one = (index % 20) / 20;
    const other = (index % 25) / 25;
    return {
      row: index + 1,
      actual: classOf((2 * one + (index % 7) / 7) / 3),
      one: classOf(one),
      other: classOf(other),
      oneProbabilities: [1 - one, one],
      otherProbabilities: [1 - other, other],
    };
  }),
} as const;

it('draws the curves of two classes', async () => {
  const page = await open('/dashboard', 'Dashboard', LOOKS.light);
  // Abalone's versions give numbers.
  await page.route('**/models/compare/predictions?*', (route) => route.fulfill({ json: PAIRS }));

  await page.goto(new URL('/models/compare?a=abalone:1&b=abalone:2', page.url()).href);

  for (const name of [
    /ROC of lived/,
    /Precision and recall of lived/,
    /Calibration/,
    /against predicted/,
  ]) {
    await page.getByRole('figure', { name }).locator('canvas').waitFor();
  }
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  expect(await listNarrowCharts(page)).toEqual([]);
  await savePicture(page, 'classes');
});

const variant = { clientErrors: 0, serverErrors: 2, p50Milliseconds: 4.1, p99Milliseconds: 9.8 };

const TRIAL = {
  type: 'ab',
  endpointConfig: 'abalone-trial',
  champion: { ...variant, variant: 'Champion', model: 'abalone:1', percent: 90, invocations: 900 },
  challenger: { ...variant, variant: 'OnTrial', model: 'abalone:2', percent: 10, invocations: 100 },
  startedAt: new Date().toISOString(),
  terms: 'After 24 hours it is withdrawn, unless a person decides before.',
} as const satisfies Schemas['Trial'];

it.for(Object.entries(LOOKS))(
  'shows a trial beside the live model (%s)',
  async ([look, options]) => {
    const page = await open('/dashboard', 'Dashboard', options);
    // A trial takes hours; its answers are those of `test/api`.
    await page.route('**/projects/abalone/trial', (route) =>
      route.fulfill({ json: { trial: TRIAL } }),
    );

    await page.goto(new URL('/endpoints/abalone', page.url()).href);
    await page.getByText('On trial: abalone:2').waitFor();
    await page.getByLabel('Reason').fill('two\nlines\u0007');

    expect(await page.getByRole('button', { name: 'Withdraw' }).getAttribute('aria-disabled')).toBe(
      'true',
    );
    await page.getByLabel('Reason').fill('');
    expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
    if (look === 'light') await savePicture(page, 'trial');
  },
);

it('answers visitors, who may do nothing else (light)', async () => {
  const page = await open('/predict/abalone', 'Predict: abalone', LOOKS.light);
  expect(await page.getByRole('navigation', { name: 'Side navigation' }).count()).toBe(0);

  await page.getByRole('tab', { name: 'Pasted row' }).click();
  await page.getByRole('textbox', { name: 'Row' }).fill(ROW);
  await page.getByRole('button', { name: 'Predict rings' }).click();
  await page.getByText('abalone:2', { exact: true }).waitFor();
  await savePicture(page, 'visitor');

  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'local' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/predict/abalone');
});

it('answers the rows of a file', async () => {
  const page = await openPrediction();
  await page.getByRole('tab', { name: 'Rows of a file' }).click();

  await page.locator('input[type=file]').setInputFiles({
    name: 'snails.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${ROW}\n${ROW}\n`),
  });
  await page.getByRole('button', { name: 'Predict 2 rows' }).click();

  const answers = page.getByRole('row', { name: /^\d+ [\d.]+ (?:high|medium|low)/ });
  await answers.nth(1).waitFor();
  expect(await answers.count()).toBe(2);
});

it('gives the same request as curl and Python, which run as they stand', async () => {
  const page = await openPrediction();
  await page.getByRole('button', { name: 'Fill with an example' }).click();
  const [asked] = await Promise.all([
    page.waitForRequest('**/inference/predict'),
    page.getByRole('button', { name: 'Predict rings' }).click(),
  ]);
  const [, TOKEN = ''] = (await asked.headerValue('authorization'))?.split(' ') ?? [];
  const answered = (await (await asked.response())?.json()) as Schemas['PredictionAnswer'];
  const prediction = String(answered.predictions[0]?.prediction);
  await page.getByRole('button', { name: 'The same request as code' }).click();

  for (const [tab, ...command] of [
    ['curl', 'sh', '-c'],
    ['Python', 'python3', '-c'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    const code = (await page.getByRole('tabpanel').locator('code:visible').textContent()) ?? '';
    const [program, option] = command;
    const { stdout } = await run(program, [option, code], { env: { ...process.env, TOKEN } });
    expect(stdout).toContain(prediction);
  }
});

it('tells one of two people who decide at once that the other came first', async () => {
  const people = await Promise.all([openRejection(), openRejection()]);

  const ends = await Promise.all(people.map((page) => reject(page)));

  expect(ends.toSorted()).toEqual(['first', 'late']);
  expect(takeComplaints()).toEqual([expect.stringContaining('409')]);
});

async function openPrediction(): Promise<Page> {
  const page = await open('/predict', 'Predict');
  await page.getByRole('link', { name: 'abalone', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Predict: abalone' }).waitFor();
  return page;
}

async function openRejection(): Promise<Page> {
  const page = await open('/models/abalone:1/decide?as=reject', 'Reject abalone:1');
  await page.getByText('What will happen').waitFor();
  await page.getByRole('textbox').fill('Too old');
  return page;
}

/** Gives what the page says afterwards. */
async function reject(page: Page): Promise<'first' | 'late'> {
  await page.getByRole('button', { name: 'Reject abalone:1' }).click();
  const isFirst = page
    .getByText('abalone:1: Rejected')
    .waitFor()
    .then(() => 'first' as const);
  const isLate = page
    .getByText(/^(?:Another decision came first|Model version already has this status)$/)
    .waitFor()
    .then(() => 'late' as const);
  return Promise.any([isFirst, isLate]);
}
