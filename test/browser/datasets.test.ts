import { expect, it } from 'vitest';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { useConsole } from './console.ts';

const { open } = useConsole();

const SPOILED = { name: 'spoiled.csv', mimeType: 'text/csv', buffer: Buffer.from(spoil()) };

/** A field that is no number, and a category that is none of the project's. */
function spoil(): string {
  const lines = generateAbaloneSample(7, 120).split('\n');
  lines[2] = 'M,x,0.4,0.1,0.5,0.2,0.1,0.2,9';
  lines[4] = 'Q,0.5,0.4,0.1,0.5,0.2,0.1,0.2,9';
  return lines.join('\n');
}

it('checks a file before it is sent, and shows where inspection refused it', async () => {
  const page = await open('/datasets?project=abalone', 'Datasets');
  await page.locator('input[type=file]').setInputFiles(SPOILED);
  await page.getByText('line 3, column length: "x" is not a number').waitFor();

  await page.getByRole('button', { name: 'Upload anyway' }).click();
  await page.getByText('spoiled.csv is uploaded').waitFor();
  const row = page.getByRole('row', { name: /spoiled\.csv/ });
  await row.getByText('Refused').waitFor();
  await page.getByRole('link', { name: 'See what is wrong with it' }).click();

  await page.getByText('line 5, column sex: "Q" is none of F, I, M').waitFor();
  await page.getByRole('cell', { name: /"x" is not a number/ }).waitFor();
});

it('sends no file that is empty, and warns of one without a row', async () => {
  const page = await open('/datasets?project=abalone', 'Datasets');
  const choose = page.locator('input[type=file]');

  await choose.setInputFiles({ ...SPOILED, buffer: Buffer.from('') });
  await page.getByText('The file is empty', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Upload' }).isDisabled()).toBe(true);

  await choose.setInputFiles({ ...SPOILED, buffer: Buffer.from('\n\n') });
  await page.getByText('The file has no row of data.').waitFor();
});

it('says what is wrong with a name', async () => {
  const page = await open('/datasets?project=abalone', 'Datasets');
  await page.locator('input[type=file]').setInputFiles({ ...SPOILED, name: 'snäils.csv' });

  await page.getByText('Letters, digits, spaces and').waitFor();

  expect(await page.getByRole('button', { name: 'Upload anyway' }).isDisabled()).toBe(true);
});

it('shows the profile of what was trained on, and the model that came from it', async () => {
  const page = await open('/datasets?project=abalone', 'Datasets');

  await page.getByRole('link', { name: 'abalone.csv' }).click();

  await page.getByRole('rowheader', { name: 'whole_weight' }).waitFor();
  await page.getByRole('link', { name: 'abalone:1' }).waitFor();
});
