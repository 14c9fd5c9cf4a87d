import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';

/** The windows in which every page is looked at. */
export const LOOKS = {
  light: { viewport: { width: 1440, height: 1000 }, colorScheme: 'light' },
  narrow: { viewport: { width: 800, height: 900 }, colorScheme: 'dark' },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

/** Where pictures are written; `npm run docs:console` sets it. */
const PICTURES = process.env['STEPMILL_PICTURES'];
/** Set to see each page whole, wide and narrow, light and dark. */
const EVERY_LOOK = process.env['STEPMILL_EVERY_LOOK'] !== undefined;

const NARROW_PIXELS = 800;

/** Writes a picture of a page for docs/console.md, where pictures are asked for. */
export async function savePicture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `console-${name}.png`) });
  await saveLooks(page, name);
}

/** Writes pictures of a page in every look, to be looked at and not kept. */
export async function saveLooks(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined || !EVERY_LOOK) return;
  mkdirSync(PICTURES, { recursive: true });
  const path = join(PICTURES, `look-${name}`);
  const { width, height } = LOOKS.light.viewport;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const each of [NARROW_PIXELS, width]) {
      await page.setViewportSize({ width: each, height });
      await page.screenshot({ path: `${path}-${colorScheme}-${each}.png`, fullPage: true });
    }
  }
}

/** By how many pixels a page is wider than its window. */
export async function measureOverflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** The widest window that pages are made for. */
const WIDE_PIXELS = 1_920;

/** By how many pixels a page is wider than the widest of its windows. */
export async function measureWideOverflow(page: Page): Promise<number> {
  await page.setViewportSize({ width: WIDE_PIXELS, height: LOOKS.light.viewport.height });
  const overflow = await measureOverflow(page);
  await page.setViewportSize(LOOKS.light.viewport);
  return overflow;
}

/** The page that the breadcrumbs end with. */
export async function nameLastBreadcrumb(page: Page): Promise<string> {
  const names = page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('listitem');
  return (await names.last().innerText()).trim();
}

/** The charts that leave room beside them; those of classes have a size for each class. */
export async function listNarrowCharts(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('figure')]
    .filter((figure) => figure.querySelector('canvas')?.clientWidth < 0.95 * figure.clientWidth)
    .map((figure) => figure.getAttribute('aria-label'))
    .filter((name) => !name.startsWith('Actual against predicted'))`);
}

/** The tables that are wider than the page lets them be, so that one has to scroll to see all of their columns. */
export async function listCutTables(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('table')]
    .filter(({ parentElement }) => parentElement.scrollWidth > parentElement.clientWidth + 1)
    .map((table) => table.getAttribute('aria-label') ?? '')`);
}
