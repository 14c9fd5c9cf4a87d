import type { Runtime } from '../../local/index.ts';
import { openBrowser } from '../terminal/open-browser.ts';
import { bold, dim, type Terminal } from '../terminal/terminal.ts';
import type { RuntimeCommandOptions } from './runtime-options.ts';

/** Prints where distributions are served, with their stacks if there are several; opens the first one if that was asked for. */
export function printSites(
  runtime: Pick<Runtime, 'sites'>,
  { open }: Pick<RuntimeCommandOptions, 'open'>,
  terminal: Terminal,
): void {
  const sites = runtime.sites();
  for (const { address, stackName } of sites) {
    const stack = sites.length > 1 && stackName !== undefined ? ` ${dim(`# ${stackName}`)}` : '';
    terminal.print(`  open ${bold(address)} in a browser${stack}`);
  }
  if (open !== true) return;
  const [first] = sites;
  if (first === undefined) terminal.print('  The app has no distribution to open.');
  else openBrowser(first.address, () => terminal.print('  No browser could be started.'));
}
