import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** Removes the files of tests after the run, because workers that vitest ends do not remove them. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-tests-'));
  process.env['TMPDIR'] = folder;
}

export function teardown(): void {
  if (folder === undefined) return;
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
