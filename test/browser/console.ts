import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import type { ConsoleRuntime } from './console-runtime.ts';
import { sharedRuntime } from './shared-runtime.ts';
import { findBarriers, openPage, type WatchedPage } from './watched-page.ts';

/** How a test opens pages of the console. */
export interface Console {
  /** Where it is; known once the tests run. */
  readonly address: () => string;
  /** Of the runtime. */
  readonly endpoint: () => string;
  /** Opens a page by its path, and waits for its title. */
  readonly open: (path: string, title: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What the page complained about so far; taken out, because the test expects it. */
  readonly takeComplaints: () => readonly string[];
}

/**
 * The console for the tests of a file, in one browser. Each test fails where its page reports an error, a warning
 * or a violation of its content security policy, or has what axe calls a barrier.
 *
 * @param start starts a runtime for this file alone. @default the one that all files share
 */
export function useConsole(start: () => Promise<ConsoleRuntime> = sharedRuntime): Console {
  let browser: Browser;
  let runtime: ConsoleRuntime;
  let opened: WatchedPage[] = [];
  beforeAll(async () => {
    [browser, runtime] = await Promise.all([launchBrowser(), start()]);
  });
  afterAll(async () => {
    await browser?.close();
    if (start !== sharedRuntime) await runtime?.close();
  });
  afterEach(async () => {
    const pages = opened;
    opened = [];
    const barriers = await Promise.all(pages.map(({ page }) => findBarriers(page)));
    await Promise.all(pages.map((each) => each.close()));
    expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(barriers.flat()).toEqual([]);
  });
  const address = () => runtime.address;
  return {
    address,
    endpoint: () => runtime.endpoint,
    async open(path, title, options) {
      const watched = await openPage(browser, options);
      opened.push(watched);
      await watched.page.goto(`${address()}${path}`);
      await watched.page.getByRole('heading', { level: 1, name: title }).waitFor();
      return watched.page;
    },
    takeComplaints: () => opened.flatMap(({ complaints }) => complaints.splice(0)),
  };
}
