import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { useConsole } from './console.ts';
import {
  LOOKS,
  listCutTables,
  listNarrowCharts,
  measureOverflow,
  nameLastBreadcrumb,
  savePicture,
} from './pictures.ts';
import { startWatched } from './watched-runtime.ts';

const { open } = useConsole(startWatched);

/** Jobs and functions, while other programs use the machine. */
const JOB_MILLISECONDS = 120_000;

/** Rows without their label, of which one cannot be read. */
function rowsToScore(): string {
  const lines = generateAbaloneSample(5, 400)
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(0, line.lastIndexOf(',')));
  lines[2] = 'M,x,0.4,0.1,0.5,0.2,0.1,0.2';
  return `${lines.join('\n')}\n`;
}

async function score(page: Page, name: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(rowsToScore()),
  });
  await page.getByText('1 of the first 400 rows will be set aside').waitFor();
  await page.getByRole('button', { name: 'Score rows' }).click();
  await page.getByRole('heading', { level: 1, name: `Scoring: ${name}` }).waitFor();
}

it('scores a file, and shows its predictions (light)', { timeout: JOB_MILLISECONDS }, async () => {
  const page = await open('/scoring?project=abalone', 'Scoring', LOOKS.light);
  page.setDefaultTimeout(JOB_MILLISECONDS);
  await page.getByText('No file was scored yet').waitFor();

  await score(page, 'june.csv');
  await page.getByRole('heading', { name: 'Progress' }).waitFor();
  await page.getByRole('figure', { name: /^Predictions: mean/ }).waitFor();
  await page.getByText('line 3, column length').first().waitFor();
  await page.getByRole('columnheader', { name: 'Prediction' }).waitFor();

  expect(
    await page.getByRole('table', { name: 'Rows', exact: true }).getByRole('row').count(),
  ).toBe(21);
  expect(await nameLastBreadcrumb(page)).toBe('Scoring: june.csv');
  expect(await listNarrowCharts(page)).toEqual([]);
  await savePicture(page, 'scoring');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download predictions.csv' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('predictions.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(400);
  expect(lines[0]).toMatch(/shell_weight,prediction$/);
});

it('says that a file was scored before, in a narrow window', {
  timeout: JOB_MILLISECONDS,
}, async () => {
  const page = await open('/scoring', 'Scoring', LOOKS.narrow);
  page.setDefaultTimeout(JOB_MILLISECONDS);
  const row = page.getByRole('row', { name: /june\.csv/ });
  await row.getByText('Scored').first().waitFor();
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  expect(await listCutTables(page)).toEqual([]);

  await row.getByRole('link', { name: 'june.csv' }).click();
  await page.getByRole('figure', { name: /^Predictions: mean/ }).waitFor();

  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  // The rows of the file have as many columns as the file has.
  expect(await listCutTables(page)).toEqual(['Rows']);
  const drawn = () => page.evaluate<string>("document.querySelector('canvas').toDataURL()");
  const inTheDark = await drawn();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(drawn).not.toBe(inTheDark);
});

it('judges a window, and names the column that drifted (light)', {
  timeout: JOB_MILLISECONDS,
}, async () => {
  const page = await open('/monitoring?project=abalone', 'Monitoring', LOOKS.light);
  page.setDefaultTimeout(JOB_MILLISECONDS);
  await page.getByRole('button', { name: 'Judge window' }).click();
  await page.getByRole('heading', { level: 1, name: 'Window of abalone' }).waitFor();

  await page.getByText('length drifted').waitFor();
  const columns = page.getByRole('table', { name: 'Columns of the requests' });
  const first = columns.getByRole('row').nth(1);
  expect(await first.getByRole('rowheader').innerText()).toBe('length');
  await first.getByText('Drifted').waitFor();
  expect(await nameLastBreadcrumb(page)).toBe('Window of abalone');
  await savePicture(page, 'report');
  await first.getByRole('button', { name: 'length' }).click();
  await page.getByText('Wasserstein, in standard deviations').waitFor();
  await page.getByText('training rows', { exact: true }).waitFor();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download stepmill-drift.json' }).click(),
  ]);
  const report = JSON.parse(await readFile(await download.path(), 'utf8')) as unknown;
  expect(report).toMatchObject({ verdict: 'drifted', drifted: ['length'] });
});

it('says that a moment is none, and judges nothing', async () => {
  const page = await open('/monitoring?project=abalone', 'Monitoring');

  await page.getByLabel('From (UTC)').fill('yesterday');

  await page.getByText('Write it as 2026-11-30 06:00.').waitFor();
  const judge = page.getByRole('button', { name: 'Judge window' });
  expect(await judge.getAttribute('aria-disabled')).toBe('true');
});

it('says that a file to be scored is not rows of the project', async () => {
  const page = await open('/scoring?project=abalone', 'Scoring');

  await page.locator('input[type=file]').setInputFiles({
    name: 'names.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('one;two\nthree;four\n'),
  });

  await page.getByText('None of the first 2 rows can be scored').waitFor();
});

it('shows verdicts over time, in a narrow window', async () => {
  const page = await open('/monitoring', 'Monitoring', LOOKS.narrow);

  await page
    .getByRole('figure', { name: /^Effect/ })
    .locator('canvas')
    .waitFor();
  expect(await listNarrowCharts(page)).toEqual([]);
  await page
    .getByRole('row', { name: /Drifted/ })
    .first()
    .waitFor();
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  await page
    .getByRole('list', { name: 'Verdict of each window' })
    .getByRole('button', { name: /: Drifted$/ })
    .first()
    .press('Enter');

  await page.getByRole('heading', { level: 1, name: 'Window of abalone' }).waitFor();
  await page.getByText('length drifted').waitFor();
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  expect(await listCutTables(page)).toEqual([]);
});

it('asks now whether to train again, and says why not (light)', {
  timeout: JOB_MILLISECONDS,
}, async () => {
  const page = await open('/monitoring?project=abalone', 'Monitoring', LOOKS.light);
  page.setDefaultTimeout(JOB_MILLISECONDS);
  await page.getByRole('figure', { name: /^Effect/ }).waitFor();

  await page.getByRole('button', { name: 'Decide now' }).click();
  await page.getByText('The decision is being made by the execution').waitFor();
  const decisions = page.getByRole('table', { name: 'Decisions to train again' });
  await decisions.getByRole('row', { name: /A person.*Not enough new rows/ }).waitFor();

  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  expect(await listCutTables(page)).toEqual([]);
});

it('shows the last drift on the dashboard', async () => {
  const page = await open('/dashboard', 'Dashboard', LOOKS.light);

  await page.getByRole('list', { name: 'Needs you' }).getByText('length drifted').waitFor();
  await page.getByRole('link', { name: 'length', exact: true }).click();

  await page.getByRole('heading', { level: 1, name: 'Window of abalone' }).waitFor();
});
