import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { useConsole } from './console.ts';
import { startConsole } from './console-runtime.ts';
import { dropFile } from './drop-file.ts';
import { liveProject } from './live-project.ts';

const { open } = useConsole(() => startConsole({ project: liveProject }));

const ROWS = 1_200;
/** The whole of the story: two trainings and three promotions. */
const TIMEOUT_MILLISECONDS = 1_500_000;
/** One training or promotion, while other programs use the machine. */
const STEP_MILLISECONDS = 300_000;

it('goes from an upload to a model that is live, to another one, and back', {
  timeout: TIMEOUT_MILLISECONDS,
}, async () => {
  const page = await open('/datasets', 'Datasets');
  page.setDefaultTimeout(STEP_MILLISECONDS);

  await uploadAndWatch(page);
  await approve(page, 'abalone:1', 'The first one');
  await page.getByText('100 %').waitFor();
  await trainWithAnotherAlgorithm(page);
  await compare(page);
  await approve(page, 'abalone:2', 'Fewer mistakes than the first');
  await watchCanary(page);
  await predict(page, 'abalone:2');
  await reject(page, 'abalone:2', 'Large animals are too old');
  await watchReturn(page);
  await predict(page, 'abalone:1');
});

/** Drops the file, and follows the training that it starts until it has registered a version. */
async function uploadAndWatch(page: Page): Promise<void> {
  await dropFile(page, { name: 'abalone.csv', text: generateAbaloneSample(1, ROWS) });
  await page.getByText('The first 1000 rows are as the project says').waitFor();
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByRole('link', { name: 'Watch its training' }).click();
  await state(page, 'Train model', BEGUN).waitFor();
  await state(page, 'Train model', 'Succeeded').waitFor();
  await page.getByText('Registered').first().waitFor();
  await page.getByRole('link', { name: 'abalone:1', exact: true }).click();
  await page.getByRole('rowheader', { name: 'mse', exact: true }).waitFor();
}

/** By the page of the version, over the page that says what will happen, to its endpoint. */
async function approve(page: Page, version: string, reason: string): Promise<void> {
  await section(page, 'Models').click();
  await page.getByRole('link', { name: version, exact: true }).click();
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByText('What will happen').waitFor();
  await page.getByRole('textbox').fill(reason);
  await page.getByRole('button', { name: `Approve ${version}` }).click();
  await page.getByText(`${version}: Approved`).waitFor();
  await openEndpoint(page);
}

async function openEndpoint(page: Page): Promise<void> {
  await section(page, 'Endpoints').click();
  await page.getByRole('link', { name: 'abalone', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Endpoint of abalone' }).waitFor();
}

/** On the same data, until it has registered the second version. */
async function trainWithAnotherAlgorithm(page: Page): Promise<void> {
  await section(page, 'Executions').click();
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('button', { name: 'Dataset' }).click();
  await page.getByRole('option', { name: 'abalone.csv' }).click();
  await page.getByRole('button', { name: 'Algorithm' }).click();
  await page.getByRole('option', { name: 'random-forest' }).click();
  await page.getByRole('button', { name: 'Start training' }).click();
  await state(page, 'Train model', BEGUN).waitFor();
  await page.getByText('Registered').first().waitFor();
  await page.getByRole('link', { name: 'abalone:2', exact: true }).click();
  await page.getByText('random-forest').first().waitFor();
}

/** The version that is shown, with the first, which the page proposes: it was live at the training. */
async function compare(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByText('Both were measured on the same test rows of the same data.').waitFor();
  await page
    .getByRole('figure', { name: /Predicted against actual/ })
    .locator('canvas')
    .waitFor();
}

/** The new model gets half of the requests, then all, while its alarms are watched. */
async function watchCanary(page: Page): Promise<void> {
  await share(page, 'abalone:2', 50).waitFor();
  await share(page, 'abalone:1', 50).waitFor();
  await share(page, 'abalone:2', 100).waitFor();
  await page.getByRole('progressbar', { name: 'Bake' }).waitFor();
  await page.getByText(/left, in which an alarm takes the new model back/).waitFor();
  await page.getByRole('progressbar', { name: 'Bake' }).waitFor({ state: 'detached' });
  await live(page, 'abalone:2').waitFor();
}

async function predict(page: Page, version: string): Promise<void> {
  await section(page, 'Predict').click();
  await page.getByRole('link', { name: 'abalone', exact: true }).click();
  await page.getByRole('button', { name: 'sex' }).click();
  await page.getByRole('option', { name: 'M' }).click();
  for (const [name, value] of Object.entries(MEASURES)) {
    await page.getByLabel(name, { exact: true }).fill(String(value));
  }
  await page.getByRole('button', { name: 'Predict rings' }).click();
  await page.getByText(version, { exact: true }).waitFor();
  const answer = await page.getByRole('status').filter({ hasText: 'rings' }).innerText();
  const rings = Number(/\d+(\.\d+)?/.exec(answer)?.[0]);
  expect(rings).toBeGreaterThan(3);
  expect(rings).toBeLessThan(20);
}

const MEASURES = {
  length: 0.455,
  diameter: 0.365,
  height: 0.095,
  whole_weight: 0.514,
  shucked_weight: 0.2245,
  viscera_weight: 0.101,
  shell_weight: 0.15,
};

async function reject(page: Page, version: string, reason: string): Promise<void> {
  await section(page, 'Models').click();
  await page.getByRole('link', { name: version, exact: true }).click();
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.getByText('abalone:1 comes back and replaces it.').waitFor();
  await page.getByRole('textbox').fill(reason);
  await page.getByRole('button', { name: `Reject ${version}` }).click();
  await page.getByText(`${version}: Rejected`).waitFor();
  await openEndpoint(page);
}

async function watchReturn(page: Page): Promise<void> {
  await share(page, 'abalone:1', 50).waitFor();
  await share(page, 'abalone:1', 100).waitFor();
  await live(page, 'abalone:1').waitFor();
  await page.getByRole('progressbar', { name: 'Bake' }).waitFor({ state: 'detached' });
}

function section(page: Page, name: string) {
  return page
    .getByRole('navigation', { name: 'Side navigation' })
    .getByRole('link', { name, exact: true });
}

/** A job that takes two seconds may begin and end between two looks of the page. */
const BEGUN = '(Running|Succeeded)';

/** A state of the graph, once it stands so. */
function state(page: Page, name: string, status: string) {
  return page
    .getByRole('group', { name: 'Graph of the states' })
    .getByRole('button', { name: new RegExp(`^${name} .*${status}`) });
}

/** The bar of a model, once it has this share of the requests. */
function share(page: Page, version: string, percent: number) {
  return page
    .getByRole('meter', { name: `Requests that ${version} answers` })
    .and(page.locator(`[aria-valuenow="${percent}"]`));
}

/** What the page says is live. */
function live(page: Page, version: string) {
  return page.getByRole('definition').filter({ hasText: version }).first();
}
