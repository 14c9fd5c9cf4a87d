import { spawn } from 'node:child_process';

/** The program of the system that opens an address. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/**
 * Opens an address in the user's browser, which is the user's own program and not a part of the app: it has the user's
 * environment and outlives the command.
 *
 * @param failed called where the system has no such program
 */
export function openBrowser(address: string, failed: () => void): void {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const browser = spawn(program, [...args, address], { detached: true, stdio: 'ignore' });
  browser.on('error', failed);
  browser.unref();
}
