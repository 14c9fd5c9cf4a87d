import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** What tests leave behind goes with the run: workers that vitest ends remove nothing. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-tests-'));
  process.env['TMPDIR'] = folder;
}

export function teardown(): void {
  if (folder === undefined) return;
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
