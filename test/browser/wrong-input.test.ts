import { expect, it } from 'vitest';
import { useConsole } from './console.ts';
import { openTraining } from './open-training.ts';
import { showSignIn, signOut } from './sign-out.ts';

const { open, takeComplaints } = useConsole();

it('asks for the data of a training', async () => {
  const page = await open('/executions/start?project=abalone', 'Start training');
  await page.getByText('Choose an upload').waitFor();

  await page.getByRole('button', { name: 'Start training' }).click();

  await page.getByText('Choose one.').waitFor();
  expect(new URL(page.url()).pathname).toBe('/executions/start');
});

it('says what is wrong with a hyperparameter, and starts nothing', async () => {
  const page = await open('/executions/start?project=abalone', 'Start training');

  await page.getByLabel('eta').fill('fast');
  await page.getByText('A number is needed.').waitFor();
  await page.getByLabel('max_depth').fill('2.5');
  await page.getByText('A whole number is needed.').waitFor();

  const start = page.getByRole('button', { name: 'Start training' });
  expect(await start.getAttribute('aria-disabled')).toBe('true');
});

it('says that the input of a test is not JSON', async () => {
  const page = await openTraining(open, '?state=Passes+the+gate%3F');
  await page.getByRole('tab', { name: 'Test' }).click();

  await page.getByRole('textbox', { name: 'Input' }).fill('{"metrics": ');

  await page.getByText(/^This is not JSON: /).waitFor();
  const test = page.getByRole('button', { name: 'Test state' });
  expect(await test.getAttribute('aria-disabled')).toBe('true');
});

it('says how long a reason may be', async () => {
  const page = await open('/models/abalone:1/decide?as=approve', 'Approve abalone:1');

  await page.getByRole('textbox').fill('x'.repeat(501));
  await page.getByRole('button', { name: 'Approve abalone:1' }).click();

  await page.getByText('At most 500 characters; these are 501.').waitFor();
  expect(new URL(page.url()).pathname).toBe('/models/abalone:1/decide');
});

it('says that a file is not text of the project, before it is sent', async () => {
  const page = await open('/datasets?project=abalone', 'Datasets');

  await page.locator('input[type=file]').setInputFiles({
    name: 'picture.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x00, 0xff, 0xfe]),
  });

  await page.getByText('Inspection will refuse this file').waitFor();
  expect(await page.getByRole('button', { name: 'Upload anyway' }).isEnabled()).toBe(true);
});

it('says of addresses what they lack', async () => {
  const page = await open('/models/compare?a=abalone:1&b=abalone:99', 'Compare versions');

  await page.getByText('Model version not found').first().waitFor();

  const complaints = takeComplaints();
  expect(complaints.length).toBeGreaterThan(0);
  for (const complaint of complaints) expect(complaint).toContain('404');
});

it('says that a password is wrong', async () => {
  const page = await open('/models', 'Models');
  await showSignIn(page);
  await signOut(page);

  await page.getByLabel('User name').fill('unknown');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByText(/incorrect/i).waitFor();
  expect(takeComplaints()).toEqual([expect.stringContaining('400')]);
});
