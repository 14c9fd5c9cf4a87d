import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockStateFolder, StateFolderInUse } from './state-lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-lock-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock of a state folder', () => {
  it('keeps a second runtime out and says who is in', () => {
    const lock = lockStateFolder(folder);

    expect(() => lockStateFolder(folder)).toThrow(StateFolderInUse);
    expect(() => lockStateFolder(folder)).toThrow(`in use by process ${process.pid}`);
    lock.release();
  });

  it('is free again once it is released', () => {
    lockStateFolder(folder).release();

    const again = lockStateFolder(folder);

    again.release();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('is taken over from a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const holder = { pid: child.pid, startedAt: '' };
    writeFileSync(join(folder, 'lock'), JSON.stringify(holder));
    expect(() => lockStateFolder(folder)).toThrow(StateFolderInUse);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const lock = lockStateFolder(folder);

    expect(() => lockStateFolder(folder)).toThrow(`in use by process ${process.pid}`);
    lock.release();
  });

  it('is taken over when its process id was given to another process', () => {
    const holder = { pid: process.pid, startedAt: 'some other time' };
    writeFileSync(join(folder, 'lock'), JSON.stringify(holder));

    const lock = lockStateFolder(folder);

    expect(() => lockStateFolder(folder)).toThrow(StateFolderInUse);
    lock.release();
  });

  it.each(['', 'null', '[]', '{"pid":"x"}', '\u0000noise'])(
    'is taken over when it holds %j',
    (noise) => {
      writeFileSync(join(folder, 'lock'), noise);

      lockStateFolder(folder).release();

      expect(existsSync(join(folder, 'lock'))).toBe(false);
    },
  );
});
