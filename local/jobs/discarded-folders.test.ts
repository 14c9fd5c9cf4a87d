import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../host/logger.ts';
import { createSystemRandom } from '../host/random.ts';
import { DiscardedFolders } from './discarded-folders.ts';

const FILES = 2_000;
const host = { logger: silentLogger, random: createSystemRandom() };

let parent: string;
let folder: string;
let place: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'discarded-folders-'));
  folder = join(parent, 'job');
  place = join(parent, 'discarded');
  mkdirSync(join(folder, 'output'), { recursive: true });
  for (let index = 0; index < FILES; index += 1) {
    writeFileSync(join(folder, 'output', String(index)), '');
  }
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

it('frees the path of a folder at once, and removes its content later', async () => {
  const discarded = new DiscardedFolders(place, host);

  const removed = discarded.discard(folder);

  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(place)).toHaveLength(1);
  await removed;
  await vi.waitFor(() => expect(readdirSync(place)).toEqual([]), { timeout: 10_000 });
});

it('removes after a start what an earlier run left', async () => {
  const ended = new DiscardedFolders(place, host);
  const removed = ended.discard(folder);
  ended.halt();
  await removed;

  new DiscardedFolders(place, host).sweep();

  await vi.waitFor(() => expect(readdirSync(place)).toEqual([]), { timeout: 10_000 });
});

it('takes a missing folder', async () => {
  await new DiscardedFolders(place, host).discard(join(parent, 'missing'));

  expect(readdirSync(place)).toEqual([]);
});
