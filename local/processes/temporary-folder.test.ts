import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTemporaryFolder, sweepTemporaryFolders } from './temporary-folder.ts';

/** Removing so many takes longer than a millisecond. */
const FOLDERS = 500;

it('is removed with what processes wrote to it', async () => {
  const folder = makeTemporaryFolder('functions');
  writeFileSync(join(folder.folder('tmp'), 'file'), 'x');

  await folder.remove(60_000);

  expect(existsSync(folder.path)).toBe(false);
});

it('keeps the name of its owner if time is short, so that the next start removes the rest', async () => {
  const folder = makeTemporaryFolder('functions');
  const tmp = folder.folder('tmp');
  for (let index = 0; index < FOLDERS; index += 1) mkdirSync(join(tmp, String(index)));

  await folder.remove(1);

  expect(readdirSync(folder.path).sort()).toEqual(['owner.json', 'tmp']);
  await folder.remove(60_000);
  expect(existsSync(folder.path)).toBe(false);
});

function leave(name: string, owner?: string): string {
  const path = mkdtempSync(join(tmpdir(), name));
  if (owner !== undefined) writeFileSync(join(path, 'owner.json'), owner);
  return path;
}

describe('The start of another runtime', () => {
  const dead = JSON.stringify({ pid: 999_999_999, startedAt: '1' });

  it('removes folders whose owner was killed, also during their removal', async () => {
    const killed = leave('stepmill-python-', dead);
    const killedAfterItsContent = leave('stepmill-removed-', dead);
    const killedBeforeTheLastStep = leave('stepmill-removed-');

    await sweepTemporaryFolders();

    expect(
      [killed, killedAfterItsContent, killedBeforeTheLastStep].filter((path) => existsSync(path)),
    ).toEqual([]);
  });

  it('leaves folders of running processes, and new ones that have no owner file yet', async () => {
    const running = makeTemporaryFolder('python');
    const fresh = leave('stepmill-python-');

    await sweepTemporaryFolders();

    expect(existsSync(running.path)).toBe(true);
    expect(existsSync(fresh)).toBe(true);
    await running.remove();
    rmdirSync(fresh);
  });
});
