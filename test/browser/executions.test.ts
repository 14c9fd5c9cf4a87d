import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useConsole } from './console.ts';
import { openTraining } from './open-training.ts';

const { open } = useConsole();

function taskIn(page: Page, name: string) {
  return page
    .getByRole('group', { name: 'Graph of the states' })
    .getByRole('button', { name: new RegExp(`^${name} Task`) });
}

it('filters the executions by what the address says', async () => {
  const page = await open('/executions?workflow=promotion', 'Executions');
  await page.getByText('No execution of the promotion workflow yet').waitFor();

  await page.getByRole('button', { name: 'Workflow' }).click();
  await page.getByRole('option', { name: 'training', exact: true }).click();

  await page.getByText('Registered').waitFor();
  expect(new URL(page.url()).search).toBe('?workflow=training');
});

it('shows which version of a workflow an execution ran, and on which one executions start', async () => {
  const page = await open('/executions', 'Executions');
  const row = page.getByRole('row').filter({ hasText: 'Registered' });

  await page.getByText('Executions of the training workflow start on version 1.').waitFor();
  await row.getByText('v1', { exact: true }).waitFor();
  await row.getByRole('link').first().click();
  await page.getByText('· version 1 of the workflow').waitFor();
});

it('shows what a state read and wrote, and its log', async () => {
  const page = await openTraining(open);

  await taskIn(page, 'Train model').click();

  await page.getByText('TimeoutSeconds').waitFor();
  await page.getByRole('tab', { name: 'Output' }).click();
  await page.getByRole('button', { name: 'Copy' }).waitFor();
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByText('validation-rmse').first().waitFor();
  expect(new URL(page.url()).searchParams.get('state')).toBe('Train model');
});

it('keeps a selected state in view beside its details', async () => {
  const page = await openTraining(open);
  const chosen = taskIn(page, 'Train model');

  await chosen.click();
  await page.getByText('TimeoutSeconds').waitFor();

  await expect
    .poll(() =>
      chosen.evaluate((node) => {
        const { left, right } = node.getBoundingClientRect();
        const frame = node.closest('svg')?.parentElement?.getBoundingClientRect();
        return frame !== undefined && left >= frame.left && right <= frame.right;
      }),
    )
    .toBe(true);
});

it('goes through the graph with the keyboard', async () => {
  const page = await openTraining(open, '?state=Prepare+data');
  await taskIn(page, 'Prepare data').focus();

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');

  await page.waitForURL(/state=(?!Prepare)/);
  expect(await page.locator('[data-state][aria-pressed=true]').count()).toBe(1);
});

it('shows the execution as it was after an event', async () => {
  const page = await openTraining(open, '?view=events');

  await page.getByRole('link', { name: 'Show the execution after event 5', exact: true }).click();
  await page.getByText('As it was: event 5').waitFor();
  await page.getByRole('tab', { name: 'Graph' }).click();

  await taskIn(page, 'Train model')
    .and(page.getByLabel(/Not entered/))
    .waitFor();
  await page.getByRole('button', { name: 'Newest', exact: true }).click();
  await taskIn(page, 'Train model')
    .and(page.getByLabel(/Succeeded/))
    .waitFor();
  expect(new URL(page.url()).searchParams.has('at')).toBe(false);
});

it('shows only the events that failed', async () => {
  const page = await openTraining(open, '?view=events');

  await page.getByRole('button', { name: 'Failed', exact: true }).click();

  await page.getByText('No such event').waitFor();
  expect(new URL(page.url()).searchParams.get('only')).toBe('failed');
});

it('cuts idle time on the timeline', async () => {
  const page = await openTraining(open, '?view=timeline');

  await page.getByRole('table', { name: 'Timeline' }).getByText('Train model').waitFor();
  expect(await page.getByRole('img', { name: /Succeeded, / }).count()).toBeGreaterThan(10);
});

it('tests a state with the recorded input, without calling anything', async () => {
  const page = await openTraining(open, '?state=Passes+the+gate%3F');
  await page.getByRole('tab', { name: 'Test' }).click();

  await page.getByRole('button', { name: 'Test state' }).click();

  await page.getByText('SUCCEEDED', { exact: true }).waitFor();
  expect(await page.getByText('Next state').isVisible()).toBe(true);
});

it('starts a training with another algorithm, stops it, and says what a redrive runs again', async () => {
  const page = await open('/executions/start?project=abalone', 'Start training');
  await page.getByRole('button', { name: 'Algorithm' }).click();
  await page.getByRole('option', { name: 'random-forest' }).click();
  await page.getByLabel('max_depth').fill('0');
  await page.getByText('At least 1.').waitFor();
  await page.getByLabel('max_depth').fill('6');
  await page.getByRole('button', { name: 'Dataset' }).click();
  await page.getByRole('option', { name: 'abalone.csv' }).click();

  await page.getByRole('button', { name: 'Start training' }).click();
  await page.waitForURL(/executions\/abalone\/training/);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByLabel('Cause').fill('x'.repeat(501));
  await page.getByText('At most 500 characters; these are 501.').first().waitFor();
  await page.getByLabel('Cause').fill('Only a test');
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();

  await page.getByText('Stopped').first().waitFor();
  await page.getByRole('button', { name: 'Redrive' }).click();
  await page.getByText('These states run again').waitFor();
  await page.getByRole('dialog').getByRole('listitem').first().waitFor();

  await page.goto(new URL('/dashboard', page.url()).href);
  await page.getByText('Stopped').waitFor();
  expect(await page.getByText('Failed run').count()).toBe(0);
});

it('has no live model before the first approval, and says what makes one', async () => {
  const page = await open('/endpoints', 'Endpoints');

  await page.getByRole('link', { name: 'abalone' }).click();

  await page.getByText('No model is live yet').waitFor();
  await page.getByText('abalone-rollback-latency').waitFor();
});
