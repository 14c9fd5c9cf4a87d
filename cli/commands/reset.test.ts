import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockStateFolder } from '../../local/index.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { addReset } from './reset.ts';

let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'stepmill-reset-'));
  mkdirSync(join(state, 'store'));
  writeFileSync(join(state, 'store', 'data.mdb'), '');
});
afterEach(() => rmSync(state, { recursive: true }));

async function reset(): Promise<void> {
  const program = new Command();
  addReset(program, writtenTerminal());
  await program.parseAsync(['reset', '--state', state, '--yes'], { from: 'user' });
}

it('deletes the state of a runtime that has ended', async () => {
  await reset();

  expect(existsSync(join(state, 'store'))).toBe(false);
});

it('leaves the state of a running runtime alone and says which process it is', async () => {
  const lock = lockStateFolder(state);
  try {
    await expect(reset()).rejects.toThrow(
      `is in use by the runtime of process ${process.pid}; nothing was deleted.`,
    );
    expect(existsSync(join(state, 'store', 'data.mdb'))).toBe(true);
  } finally {
    lock.release();
  }
});
