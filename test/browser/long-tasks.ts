import type { Page } from 'playwright-core';

/** Runs in the page: https://developer.mozilla.org/docs/Web/API/PerformanceLongTaskTiming */
const WATCH = `globalThis.longTasks = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
}).observe({ type: 'longtask' });`;

/** Notes from now on how long the page keeps the browser from everything else. */
export async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(WATCH);
}

/** The longest such time, in milliseconds; 0 where none took 50. */
export async function longestTask(page: Page): Promise<number> {
  return page.evaluate<number>('Math.max(0, ...globalThis.longTasks)');
}
