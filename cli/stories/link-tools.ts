import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Makes a folder `node_modules` of links to what is installed here, in which `npx stepmill` is this program. A link to the
 * installed folder has no `stepmill`, so npx would install the repository itself, and build it, for each step.
 *
 * @param program the built command
 * @returns the folder
 */
export function linkTools(folder: string, program: string): string {
  const installed = resolve('node_modules');
  const tools = join(folder, 'node_modules');
  mkdirSync(join(tools, '.bin'), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name !== '.bin') symlinkSync(join(installed, name), join(tools, name));
  }
  for (const name of readdirSync(join(installed, '.bin'))) {
    symlinkSync(join(installed, '.bin', name), join(tools, '.bin', name));
  }
  symlinkSync(resolve(program), join(tools, '.bin', 'stepmill'));
  return tools;
}
