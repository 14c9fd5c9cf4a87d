import { expect, it } from 'vitest';
import type { Schemas } from '../../api/client/index.ts';
import { renderSummary } from '../../cli/delivery/review.ts';
import { useConsole } from './console.ts';
import { LOOKS, measureOverflow, savePicture } from './pictures.ts';

const { open, takeComplaints } = useConsole();

it('says what an approval will do before it is given', async () => {
  const page = await open('/models/abalone:1', 'abalone:1');

  await page.getByRole('button', { name: 'Approve' }).click();

  await page.getByText('the first live model of the project').waitFor();
  expect(page.url()).toContain('/models/abalone:1/decide?as=approve');
});

it('asks for the reason of a rejection', async () => {
  const page = await open('/models/abalone:1/decide?as=reject', 'Reject abalone:1');

  await page.getByRole('button', { name: 'Reject abalone:1' }).click();
  await page.getByText('Say why it is rejected.').waitFor();
  await page.getByRole('textbox').fill('two\nlines');

  await page.getByText('One line, without control characters.').waitFor();
});

const TOKEN = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const commit = { id: '4f2a9c1e5', message: 'Train for longer' };
const since = new Date().toISOString();

/** A delivery that waits for the approver of this environment, and one that waits for that of another. */
const DELIVERY = {
  pipeline: 'stepmill-delivery',
  environment: 'dev',
  stages: [
    {
      name: 'Approve-dev',
      status: 'InProgress',
      commit,
      changedAt: since,
      waiting: 1,
      steps: [{ name: 'Approve-dev', status: 'PendingManualApproval', changedAt: since }],
    },
    { name: 'Deploy-dev', status: 'None', waiting: 0, steps: [] },
  ],
  approvals: [
    {
      stage: 'Approve-dev',
      since,
      commit,
      revision: TOKEN,
      review: 'dev gets commit 4f2a9c1. No resource changes.',
      link: 'https://build.example',
      isOwn: true,
    },
    { stage: 'Approve-prod', revision: 'other', review: '', isOwn: false },
  ],
} as const satisfies Schemas['Delivery'];

it('decides on a deployment, and says who was first', async () => {
  const page = await open('/dashboard', 'Dashboard');
  expect(await page.getByText('From a commit to production').count()).toBe(0);
  // A pipeline takes accounts of its own; its answers are those of `handlers/api/routes/delivery.test.ts`.
  await page.route('**/api/v1/overview', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), delivery: true } });
  });
  await page.route('**/api/v1/delivery', (route) => route.fulfill({ json: DELIVERY }));
  const asked: unknown[] = [];
  await page.route('**/api/v1/delivery/*', (route) => {
    asked.push([new URL(route.request().url()).pathname, route.request().postDataJSON()]);
    const detail = 'Approve-dev was decided on (eve: Fine); nothing was changed.';
    return route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      json: { type: 'urn:stepmill:problem:decided-by-another', title: 'Late', status: 409, detail },
    });
  });
  await page.reload();
  await page
    .getByRole('link', { name: 'Approve-dev waits for approval: Train for longer' })
    .click();
  await page.getByRole('heading', { level: 1, name: 'Delivery' }).waitFor();

  await page.getByText('dev gets commit 4f2a9c1').waitFor();
  await page.getByText('decides in its own console').waitFor();
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(1);
  const reject = page.getByRole('button', { name: 'Reject' });
  expect(await reject.getAttribute('aria-disabled')).toBe('true');
  await page.getByLabel('Reason').fill('Not now');
  await reject.click();
  await page.getByText('Approve-dev was decided on (eve: Fine)').waitFor();

  expect(asked).toEqual([['/api/v1/delivery/reject', { revision: TOKEN, reason: 'Not now' }]]);
  expect(takeComplaints()).toEqual([expect.stringContaining('409')]);
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

function stage(
  name: string,
  minutes: number,
  steps: readonly string[],
): Schemas['Delivery']['stages'][number] {
  const changedAt = minutesAgo(minutes);
  const succeeded = { status: 'Succeeded', changedAt } as const;
  return {
    ...succeeded,
    name,
    commit,
    waiting: 0,
    steps: steps.map((step) => ({ ...succeeded, name: step })),
  };
}

/** In the words of the pipeline's own step. */
const REVIEW = renderSummary('prod', {
  commit: commit.id,
  changes: [{ stack: 'stepmill-prod-abalone', added: 0, changed: 2, removed: 0, replaced: [] }],
  images: [{ name: 'predictor-http', digest: 'sha256:9f2c4b7a1d3e5f60' }],
  differences: [{ project: 'abalone', now: { mse: 4.32 }, before: undefined }],
});

const ON_ITS_WAY: Schemas['Delivery'] = {
  pipeline: 'stepmill-delivery',
  environment: 'prod',
  stages: [
    stage('Source', 52, ['Source']),
    stage('Check', 45, ['Check', 'Synthesize']),
    stage('Images', 41, ['Images']),
    stage('Deploy-dev', 19, ['Deploy-dev', 'Smoke-dev']),
    stage('Train', 14, ['Reference', 'Train-abalone']),
    {
      name: 'Approve-prod',
      status: 'InProgress',
      commit,
      changedAt: minutesAgo(12),
      waiting: 1,
      steps: [
        { name: 'Review-prod', status: 'Succeeded', changedAt: minutesAgo(12) },
        { name: 'Approve-prod', status: 'PendingManualApproval', changedAt: minutesAgo(12) },
      ],
    },
    {
      ...stage('Deploy-prod', 2_900, ['Deploy-prod', 'Smoke-prod']),
      commit: { id: '91be07d24', message: 'Describe steps better' },
    },
  ],
  approvals: [
    {
      stage: 'Approve-prod',
      since: minutesAgo(12),
      commit,
      revision: TOKEN,
      review: REVIEW,
      link: 'https://build.example',
      isOwn: true,
    },
  ],
};

it('shows a commit on its way to production (light)', async () => {
  const page = await open('/dashboard', 'Dashboard', LOOKS.light);
  // A pipeline takes accounts of its own; its answers are those of `handlers/api/routes/delivery.test.ts`.
  await page.route('**/config.json', async (route) => {
    const answer = await route.fetch();
    const json = { ...(await answer.json()), environment: 'prod' };
    await route.fulfill({ response: answer, json });
  });
  await page.route('**/api/v1/delivery', (route) => route.fulfill({ json: ON_ITS_WAY }));
  await page.goto(new URL('/delivery', page.url()).href);

  await page.getByText('abalone on reference data: mse 4.32.').waitFor();
  expect(await page.getByRole('rowheader').allTextContents()).toEqual(
    ON_ITS_WAY.stages.map(({ name }) => name),
  );
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  await savePicture(page, 'delivery');
});
