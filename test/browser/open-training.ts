import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Console } from './console.ts';

/** Goes from the list of executions to the training that registered the version. */
export async function openTraining(
  open: Console['open'],
  view = '',
  options?: BrowserContextOptions,
): Promise<Page> {
  const page = await open('/executions?status=SUCCEEDED', 'Executions', options);
  const row = page.getByRole('row').filter({ hasText: 'Registered' });
  const link = row.getByRole('link').first();
  const path = await link.getAttribute('href');
  await page.goto(new URL(`${path}${view}`, page.url()).href);
  await page.getByRole('tab', { name: 'Graph' }).waitFor();
  return page;
}
