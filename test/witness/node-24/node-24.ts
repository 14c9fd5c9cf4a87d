import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Installs Node.js 24, the runtime of the app's functions (`nodejs24.x`), once.
 *
 * @returns the program
 */
export async function prepareNode24(): Promise<string> {
  const ask = ['test/on-node-24.mjs', '--print', 'process.execPath'];
  const { stdout } = await promisify(execFile)(process.execPath, ask);
  return stdout.trim();
}
