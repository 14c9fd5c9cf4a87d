import { expect, it } from 'vitest';
import { useConsole } from './console.ts';

const { open } = useConsole();

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
