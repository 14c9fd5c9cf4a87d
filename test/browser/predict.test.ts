import { expect, it } from 'vitest';
import { useConsole } from './console.ts';

const { open, takeComplaints } = useConsole();

const ROW = 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15';

/** By the list of projects, as people who are signed in come. */
async function openProject() {
  const page = await open('/predict', 'Predict');
  await page.getByRole('link', { name: 'abalone' }).click();
  await page.getByRole('heading', { level: 1, name: 'Predict: abalone' }).waitFor();
  return page;
}

it('says at each field what is wrong, as the API does', async () => {
  const page = await openProject();
  await page.getByText('no model of this project is live').waitFor();

  await page.getByLabel('length', { exact: true }).fill('7');
  await page.getByLabel('height', { exact: true }).fill('high');
  await page.getByRole('button', { name: 'Predict rings' }).click();

  await page.getByText('Outside the range of the project').waitFor();
  await page.getByText('must be a number').waitFor();
  expect(await page.getByText('is missing').count()).toBe(6);
});

it('says of a pasted row what is wrong, and sends it once it is right', async () => {
  const page = await openProject();
  await page.getByRole('tab', { name: 'Pasted row' }).click();
  const row = page.getByRole('textbox', { name: 'Row' });
  const ask = page.getByRole('button', { name: 'Predict rings' });

  await row.fill('M;0.455');
  await ask.click();
  await page
    .getByText(
      'Line 1 has 1 field, expected 8, or 9 with rings; the project separates fields by ",": see dataset.delimiter.',
    )
    .waitFor();
  await row.fill(ROW.replace('0.455', '4.55'));
  await page.getByText('Outside the range of the project: length').waitFor();
  await row.fill(ROW);
  await ask.click();

  await page.getByText('No live model').waitFor();
  // The browser reports the answer.
  expect(takeComplaints()).toEqual([expect.stringContaining('409')]);
});

it('shows which rows of a file will not be sent', async () => {
  const page = await openProject();
  await page.getByRole('tab', { name: 'Rows of a file' }).click();

  await page.locator('input[type=file]').setInputFiles({
    name: 'snails.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${ROW}\nQ${ROW.slice(1)}\n${ROW},9\n`),
  });

  await page.getByText('Not sent: sex must be F or I or M').waitFor();
  expect(await page.getByRole('button', { name: 'Predict 2 rows' }).isEnabled()).toBe(true);
});
