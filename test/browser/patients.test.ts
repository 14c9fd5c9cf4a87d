import { expect, it } from 'vitest';
import { newPatients, patientHeader } from '../../cli/stories/patients.ts';
import type { Slice } from '../slice/slice-runtime.ts';
import { useConsole } from './console.ts';
import { putLabels, startPatients } from './patients-runtime.ts';
import { LOOKS, listNarrowCharts, measureOverflow, savePicture } from './pictures.ts';

let slice: Slice;

const { open } = useConsole(async () => {
  const runtime = await startPatients();
  slice = runtime.slice;
  return runtime;
});

/** Jobs and functions, while other programs use the machine. */
const JOB_MILLISECONDS = 180_000;
const PATIENTS = 40;
const SEED_OF_FILE = 12;
/** In the middle of the picture. */
const SHOWN_ROW = 3;

/** Has the last day judged. @returns the page of its report */
async function judge() {
  const page = await open('/monitoring?project=adherence', 'Monitoring', LOOKS.light);
  page.setDefaultTimeout(JOB_MILLISECONDS);
  await page.getByRole('button', { name: 'Judge window' }).click();
  await page.getByRole('heading', { level: 1, name: 'Window of adherence' }).waitFor();
  await page.getByRole('heading', { level: 2, name: 'Quality', exact: true }).waitFor();
  return page;
}

it('estimates quality without labels, and measures it where they are in (light)', {
  timeout: 2 * JOB_MILLISECONDS,
}, async () => {
  const before = await judge();
  await before.getByText('0 of 250 rows; a measurement needs').waitFor();
  const auc = /^auc: measured –, estimated 0\.\d+$/;
  const row = before.getByRole('table', { name: 'Metrics' }).getByRole('row', { name: /^auc / });
  expect(await row.getByRole('cell').allInnerTexts()).toEqual([
    '–',
    expect.stringMatching(/^0\.\d+$/),
    '–',
  ]);
  expect(await before.getByRole('img', { name: auc }).count()).toBe(0);

  await putLabels(slice);
  const after = await judge();
  await after.getByText('200 of 250 rows; a measurement needs').waitFor();
  await after.getByRole('img', { name: /^auc: measured 0\.\d+, estimated 0\.\d+$/ }).waitFor();
  await after.getByRole('table', { name: 'Metrics' }).scrollIntoViewIfNeeded();
  await savePicture(after, 'quality');
});

it('draws quality over time with what is estimated, and says how many labels are in (light)', async () => {
  const page = await open('/monitoring?project=adherence', 'Monitoring', LOOKS.light);

  const quality = page.getByRole('region', { name: /^Quality of each window; estimates/ });
  await quality
    .getByRole('figure', { name: /: auc$/ })
    .locator('canvas')
    .waitFor();
  expect(await listNarrowCharts(page)).toEqual([]);
  const windows = page.getByRole('table', { name: 'Windows' });
  await windows.getByRole('cell', { name: '80%' }).waitFor();
  await windows.getByRole('cell', { name: '0%', exact: true }).waitFor();
  await page.getByText('adherence is not retrained automatically').waitFor();
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  await savePicture(page, 'monitoring');
});

it('explains each row of a file: confidence and factors (light)', {
  timeout: JOB_MILLISECONDS,
}, async () => {
  const page = await open('/scoring?project=adherence', 'Scoring', LOOKS.light);
  page.setDefaultTimeout(JOB_MILLISECONDS);
  const rows = [patientHeader(), ...newPatients(SEED_OF_FILE, PATIENTS)];
  await page.locator('input[type=file]').setInputFiles({
    name: 'patients.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${rows.join('\n')}\n`),
  });
  await page.getByText(`The first ${PATIENTS} rows can be scored`).waitFor();
  expect(await page.getByRole('checkbox', { name: /confidence and factors/ }).isChecked()).toBe(
    true,
  );
  await page.getByRole('button', { name: 'Score rows' }).click();

  await page.getByRole('columnheader', { name: 'Confidence' }).waitFor();
  await page.getByRole('columnheader', { name: 'Factors' }).waitFor();
  const table = page.getByRole('table', { name: 'Rows', exact: true });
  await table
    .getByRole('cell', { name: /^(high|medium|low)$/ })
    .first()
    .waitFor();
  await page
    .getByRole('figure', { name: /^Predicted 1: \d+ rows?, 0: / })
    .locator('canvas')
    .waitFor();
  expect(await listNarrowCharts(page)).toEqual([]);
  await table.getByRole('row').nth(SHOWN_ROW).scrollIntoViewIfNeeded();
  await savePicture(page, 'explained');
});
