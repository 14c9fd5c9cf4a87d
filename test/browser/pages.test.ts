import { expect, it } from 'vitest';
import { useConsole } from './console.ts';
import { openTraining } from './open-training.ts';
import {
  LOOKS,
  listCutTables,
  measureOverflow,
  measureWideOverflow,
  nameLastBreadcrumb,
  savePicture,
} from './pictures.ts';

/** Every page: the name of its picture, its path, its title, and a text that is there when it is complete. */
const PAGES = [
  ['dashboard', '/dashboard', 'Dashboard', 'abalone:1 waits for approval'],
  ['models', '/models', 'Models', 'abalone:1'],
  ['models-empty', '/models?status=Rejected', 'Models', 'No model version matches'],
  ['model', '/models/abalone:1', 'abalone:1', 'at most'],
  ['decide', '/models/abalone:1/decide?as=approve', 'Approve abalone:1', 'What will happen'],
  ['executions', '/executions', 'Executions', 'Registered'],
  ['start', '/executions/start?project=abalone', 'Start training', 'Choose an upload'],
  ['endpoints', '/endpoints', 'Endpoints', 'abalone'],
  ['datasets', '/datasets', 'Datasets', 'abalone.csv'],
  ['scoring-empty', '/scoring', 'Scoring', 'No file was scored yet'],
  ['monitoring-empty', '/monitoring', 'Monitoring', 'Nothing has asked to train again'],
  ['predict', '/predict/abalone', 'Predict: abalone', 'No answer yet'],
] as const;

const { open, takeComplaints } = useConsole();

it.for(
  Object.entries(LOOKS).flatMap(([look, options]) =>
    PAGES.map((page) => [look, options, ...page] as const),
  ),
)('shows $2 ($0)', async ([look, options, name, path, title, text]) => {
  const page = await open(path, title, options);

  await page.getByText(text).first().waitFor();

  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  expect(await listCutTables(page)).toEqual([]);
  expect(await nameLastBreadcrumb(page)).toBe(title);
  if (look === 'light') expect(await measureWideOverflow(page)).toBeLessThanOrEqual(0);
  // No model is live, so the endpoint is not found, which the browser reports.
  if (name === 'predict') expect(takeComplaints()).toEqual([expect.stringContaining('404')]);
  if (look === 'light' && !name.endsWith('-empty')) await savePicture(page, name);
});

it('shows a dataset (light)', async () => {
  const page = await open('/datasets', 'Datasets', LOOKS.light);

  await page.getByRole('link', { name: 'abalone.csv' }).click();

  await page.getByRole('rowheader', { name: 'whole_weight' }).waitFor();
  await page.getByRole('table', { name: 'Rows' }).waitFor();
  expect(await nameLastBreadcrumb(page)).toBe('abalone.csv');
  await page.getByRole('img', { name: /^Distribution of sex\. .*[FIM]: \d+/ }).waitFor();
  await page
    .getByRole('img', { name: /^Distribution of length\. .*0\.\d+ to 0\.\d+: \d+/ })
    .waitFor();
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  await savePicture(page, 'dataset');
});

it('shows an execution (light)', async () => {
  const page = await openTraining(open, '?state=Train+model', LOOKS.light);

  await page.getByText('TimeoutSeconds').waitFor();

  expect(await page.locator('[data-state][aria-pressed=true]').count()).toBe(1);
  await savePicture(page, 'execution');
});

it('shows all columns that are needed in a narrow window', async () => {
  const page = await open('/datasets', 'Datasets', LOOKS.narrow);
  await page.getByRole('link', { name: 'abalone.csv' }).click();
  await page.getByRole('columnheader', { name: 'Distribution' }).waitFor();
  await page.getByRole('table', { name: 'Rows' }).waitFor();

  // The rows of the file have as many columns as the file has, and a place in which one scrolls.
  expect(await listCutTables(page)).toEqual(['Rows']);
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  const place = page.getByRole('region', { name: 'Rows' });
  await place.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => place.evaluate(({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0);
});

it('fills the form of a prediction with an example', async () => {
  const page = await open('/predict/abalone', 'Predict: abalone');

  await page.getByRole('button', { name: 'Fill with an example' }).click();

  expect(await page.getByLabel('length', { exact: true }).inputValue()).toMatch(/^\d/);
  // No model is live, so the endpoint is not found, which the browser reports.
  takeComplaints();
});
