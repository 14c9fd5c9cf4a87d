import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NO_HOME, processEnvironment } from '../processes/index.ts';
import { BuildShell } from './shell.ts';

let driverFolder: string;
let shell: BuildShell;

beforeEach(() => {
  driverFolder = mkdtempSync(join(tmpdir(), 'build-shell-'));
  shell = new BuildShell({
    program: '/bin/sh',
    environment: processEnvironment({ home: NO_HOME }),
    folder: driverFolder,
    driverFolder,
    onOutput: () => {},
    signal: new AbortController().signal,
  });
});
afterEach(() => {
  shell.end();
  rmSync(driverFolder, { recursive: true });
});

it('answers with the exported variables of the commands before', async () => {
  await shell.run('export NAME="a=b\nc"; OTHER=1');

  const variables = new Map(await shell.exportedVariables());

  expect(variables.get('NAME')).toBe('a=b\nc');
  expect(variables.has('OTHER')).toBe(false);
});

it.each([
  ['a device without an end', 'ln -s /dev/zero'],
  ['a file elsewhere', 'ln -s /etc/hostname'],
])('reads no variables from %s in the place of their file', async (_what, link) => {
  // The function takes the place of the program that writes the file.
  await shell.run(`export NAME=x; env() { rm variables; ${link} variables; }`);

  expect(await shell.exportedVariables()).toEqual([]);
});

it('is not confused by commands that use the descriptors of scripts', async () => {
  const statuses = [
    await shell.run('exec 3>&1; echo hi >&3; echo 0 >&9'),
    await shell.run('printf "7\\n" >&9; false'),
    await shell.run('exec 3>&-; (exit 4)'),
  ];

  expect(statuses).toEqual([0, 1, 4]);
});
