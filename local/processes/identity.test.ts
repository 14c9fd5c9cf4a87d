import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { identityOf, isAlive } from './index.ts';

it('tells a process from a later one with its id', () => {
  expect(isAlive(identityOf(process.pid))).toBe(true);
  expect(isAlive({ pid: process.pid, startedAt: '1' })).toBe(false);
});

it.runIf(process.platform === 'linux')(
  'takes a process for ended whose parent does not collect it, as in a container without an init',
  async () => {
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(createInterface(parent.stdout), 'line');
    const pid = Number(line);

    await expect.poll(() => isAlive({ pid, startedAt: '' })).toBe(false);

    // Its entry is still there.
    expect(() => process.kill(pid, 0)).not.toThrow();
    parent.kill('SIGKILL');
  },
);
