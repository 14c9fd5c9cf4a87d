import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useConsole } from './console.ts';
import { openTraining } from './open-training.ts';
import { LOOKS, listCutTables, measureOverflow, saveLooks } from './pictures.ts';

const { open, takeComplaints } = useConsole();

/** Addresses that name nothing: the path, the title of the page, what it says, and the button that leads on. */
const NOTHING = [
  ['project', '/datasets?project=nosuch', 'Datasets', 'Project not found', 'Show abalone'],
  [
    'endpoint',
    '/endpoints/nosuch',
    'Endpoint of nosuch',
    'Project not found',
    'Show all endpoints',
  ],
  ['version', '/models/abalone:99', 'abalone:99', 'Model version not found', 'Show all models'],
  ['name', '/models/garbage', 'garbage', 'Malformed request', 'Show all models'],
  [
    'execution',
    '/executions/abalone/training/nope',
    'Training of abalone',
    'Execution not found',
    'Show all executions',
  ],
  ['scoring', '/scoring/abalone/nope', 'Scoring', 'Execution not found', 'Show all scoring'],
  [
    'report',
    '/monitoring/abalone/nope',
    'Window of abalone',
    'Execution not found',
    'Show all monitoring',
  ],
] as const;

it('leads on from addresses that name nothing', async () => {
  const page = await open('/nowhere', 'Page not found', LOOKS.narrow);

  for (const [name, path, title, text, button] of NOTHING) {
    await page.goto(new URL(path, page.url()).href);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByText(text).first().waitFor();
    expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
    expect(await page.getByText(/^No .* yet$/).count()).toBe(0);
    await saveLooks(page, `no-${name}`);
    await page.getByRole('button', { name: button }).first().click();
    const leads = name === 'project' ? '/datasets?project=abalone' : path.replace(/(?<=.)\/.*/, '');
    await page.waitForURL((url) => `${url.pathname}${url.search}` === leads);
  }

  for (const complaint of takeComplaints()) expect(complaint).toMatch(/40[04]/);
});

/** Answers of the API: its status, what API Gateway says, and what the page says then. */
const REFUSALS = [
  [429, 'Too Many Requests', 'The page asks again in a few seconds.'],
  [500, 'Internal Server Error', 'The page asks again by itself.'],
  [503, 'Service Unavailable', 'The page asks again by itself.'],
] as const;

it('says what the answers of API Gateway mean, until the API answers', async () => {
  const page = await open('/models', 'Models', LOOKS.narrow);

  for (const [status, message, text] of REFUSALS) {
    await page.route('**/api/v1/models*', (route) => route.fulfill({ status, json: { message } }));
    await page.reload();
    await page.getByText(text).waitFor();
    await page.getByText('No model could be read.').waitFor();
    await saveLooks(page, `answer-${status}`);
    await page.unroute('**/api/v1/models*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'abalone:1' }).waitFor();
  }

  for (const complaint of takeComplaints()) expect(complaint).toMatch(/429|500|503/);
});

it('keeps a failure in view while it asks again', async () => {
  const page = await open('/models', 'Models', LOOKS.narrow);
  const refused = () => page.getByText('Internal Server Error').isVisible();
  let asked = 0;
  await page.route('**/api/v1/overview', async (route) => {
    asked += 1;
    await route.fulfill({ status: 500, json: { message: 'Internal Server Error' } });
  });
  await page.goto(new URL('/dashboard', page.url()).href);
  await page.getByText('Internal Server Error').waitFor();
  const before = asked;

  await page.getByRole('button', { name: 'Try again' }).click();

  await expect.poll(() => asked).toBeGreaterThan(before);
  expect(await refused()).toBe(true);
  await page.unroute('**/api/v1/overview');
  await page.getByText('Internal Server Error').waitFor({ state: 'hidden' });
  takeComplaints();
});

it('says that the console has no settings, in the colours of the system', async () => {
  const page = await open('/dashboard', 'Dashboard', LOOKS.narrow);
  await page.route('**/config.json', (route) => route.fulfill({ status: 404 }));

  await page.reload();
  await page.getByText('config.json cannot be read: HTTP 404.').waitFor();

  expect(await page.evaluate(`document.body.classList.contains('awsui-dark-mode')`)).toBe(true);
  await saveLooks(page, 'no-settings');
  takeComplaints();
});

it('says of a failed execution what to do', async () => {
  const page = await open('/executions', 'Executions', LOOKS.narrow);
  await page.route(/\/projects\/abalone\/executions\/training\/[^/?]+$/, (route) =>
    changeAnswer(route, ({ outcome: _outcome, model: _model, ...execution }) => ({
      ...execution,
      ...{ status: 'FAILED', isRedrivable: true },
      ...{ error: 'SageMaker.AlgorithmError', cause: 'Input contains NaN.' },
    })),
  );

  await page.getByRole('row').filter({ hasText: 'Registered' }).getByRole('link').first().click();
  await page.getByText('SageMaker.AlgorithmError').waitFor();

  await page.getByText('select it for its input and the log of its job').waitFor();
  await page.getByText('Redrive runs again from it').waitFor();
  await saveLooks(page, 'failed-execution');
});

it('says of a failed endpoint what to do', async () => {
  const page = await open('/endpoints', 'Endpoints', LOOKS.narrow);
  await page.route(/\/projects\/abalone\/endpoint$/, (route) =>
    changeAnswer(route, (endpoint) => ({
      ...endpoint,
      ...{ status: 'Failed', failureReason: 'The container did not pass the ping.' },
    })),
  );

  await page.getByRole('link', { name: 'abalone' }).click();
  await page.getByText('The container did not pass the ping.').waitFor();

  await page.getByRole('link', { name: 'approve a version', exact: true }).waitFor();
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  await saveLooks(page, 'failed-endpoint');
});

it('says of a version without a report where its metrics are missing', async () => {
  const page = await open('/models', 'Models', LOOKS.narrow);
  await page.route(/\/api\/.*\/models\/abalone(?::|%3A)1$/, (route) =>
    changeAnswer(route, (version) => ({ ...version, metrics: {}, bounds: {} })),
  );

  await page.getByRole('link', { name: 'abalone:1' }).click();
  await page.getByText('No metrics').waitFor();

  await page.getByText('The log of its evaluation says why').waitFor();
  await saveLooks(page, 'no-report');
});

it('shows every view of an execution in a narrow window, also one that it does not know', async () => {
  const page = await openTraining(open, '', LOOKS.narrow);
  const { href } = new URL(page.url());

  for (const view of ['unknown', 'timeline', 'events', 'states']) {
    await page.goto(`${href}?view=${view}`);
    await page.getByRole('tab', { selected: true }).waitFor();
    await page.getByRole('tabpanel').locator(':visible').first().waitFor();
    expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
    await saveLooks(page, `execution-${view}`);
  }

  expect(await listCutTables(page)).toEqual([]);
});

/** The answer of the API, changed as it would be in another state. */
async function changeAnswer(
  route: Parameters<Parameters<Page['route']>[1]>[0],
  change: (answer: Record<string, unknown>) => object,
): Promise<void> {
  const { 'if-none-match': _known, ...headers } = route.request().headers();
  const response = await route.fetch({ headers });
  await route.fulfill({
    response,
    json: change((await response.json()) as Record<string, unknown>),
  });
}
