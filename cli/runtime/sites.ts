import type { Runtime } from '../../local/index.ts';
import { openBrowser } from '../terminal/open-browser.ts';
import { bold, type Terminal } from '../terminal/terminal.ts';
import type { RuntimeCommandOptions } from './runtime-options.ts';

/** Prints where distributions are served, and opens the first one if that was asked for. */
export function printSites(
  runtime: Runtime,
  { open }: Pick<RuntimeCommandOptions, 'open'>,
  terminal: Terminal,
): void {
  const sites = runtime.sites();
  for (const site of sites) terminal.print(`  open ${bold(site)} in a browser`);
  if (open !== true) return;
  const [first] = sites;
  if (first === undefined) terminal.print('  The app has no distribution to open.');
  else openBrowser(first, () => terminal.print('  No browser could be started.'));
}
