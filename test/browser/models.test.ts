import { expect, it } from 'vitest';
import { useConsole } from './console.ts';

const { open, takeComplaints } = useConsole();

it('leads from what needs the person to the version', async () => {
  const page = await open('/dashboard', 'Dashboard');

  await page.getByRole('link', { name: 'abalone:1 waits for approval' }).click();

  await page.getByRole('rowheader', { name: 'mse' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/models/abalone:1');
});

it('filters the models by what the address says', async () => {
  const page = await open('/models?status=PendingManualApproval', 'Models');
  await page.getByRole('link', { name: 'abalone:1' }).waitFor();

  await page.getByRole('button', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Rejected' }).click();

  await page.getByText('No model version matches').waitFor();
  expect(new URL(page.url()).search).toBe('?status=Rejected');
});

it('says that a version does not exist', async () => {
  const page = await open('/models/abalone:7', 'abalone:7');

  await page.getByText('Model version not found').waitFor();

  // The browser reports the answer.
  expect(takeComplaints()).toEqual([expect.stringContaining('404')]);
});
