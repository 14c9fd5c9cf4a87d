import { expect, it } from 'vitest';
import { BRIEFLY_MS } from './api-state.ts';
import { POLL_AFTER_SECONDS } from './respond.ts';

/** A page shows a change so soon. */
const VISIBLE_MS = 2_500;
/** For the request itself, its way, and the page. */
const REQUEST_MS = 500;

it('lets a page ask so often, and keeps answers so briefly, that a change is visible in time', () => {
  const oldest = POLL_AFTER_SECONDS.busy * 1_000 + BRIEFLY_MS;
  expect(oldest).toBeLessThanOrEqual(VISIBLE_MS - REQUEST_MS);
});
