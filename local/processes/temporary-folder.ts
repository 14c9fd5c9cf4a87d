import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './identity.ts';
import { removeTree } from './remove-tree.ts';

/** What temporary folders are for; part of their names. */
export type TemporaryKind = 'functions' | 'model' | 'python' | 'sockets' | 'state' | 'synth';

/** A folder that only this user can enter, until it is removed; one that stays is swept by a later run. */
export interface TemporaryFolder {
  readonly path: string;
  /** Makes (or finds) a folder in it. */
  folder(name: string): string;
  remove(): void;
}

/** Names its owner; without it nothing that lies in the folder is ever removed by another process. */
const OWNER = 'owner.json';

const NAME = /^stepmill-(?:functions|model|python|sockets|state|synth)-[A-Za-z0-9]{6}$/;

/** Between making a folder and writing its owner a process may be killed; it takes milliseconds. */
const UNOWNED_AGE_MS = 3_600_000;

/** Makes a folder in the system's place for temporary files. */
export function makeTemporaryFolder(kind: TemporaryKind): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `stepmill-${kind}-`));
  writeFileSync(join(path, OWNER), JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  return {
    path,
    folder(name) {
      const folder = join(path, name);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/**
 * Removes the temporary folders of processes that were killed. The place is shared with other users, so
 * only a real folder (no link) of this very user with such a name counts, and only where the process that
 * its owner file names is gone.
 *
 * @param signal ends it early; a later run removes the rest
 * @returns what was removed
 */
export async function sweepTemporaryFolders(signal?: AbortSignal): Promise<readonly string[]> {
  const place = tmpdir();
  const swept: string[] = [];
  for (const entry of entriesOf(place)) {
    if (signal?.aborted === true) break;
    const path = join(place, entry.name);
    if (!entry.isDirectory() || !NAME.test(entry.name) || !isOurs(path)) continue;
    if (await sweep(path, signal)) swept.push(path);
  }
  return swept;
}

function entriesOf(place: string): readonly Dirent[] {
  try {
    return readdirSync(place, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

async function sweep(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const owner = ownerOf(path);
  try {
    if (owner === undefined) {
      const { mtimeMs } = lstatSync(path);
      // An empty folder only: rmdir refuses any other.
      if (mtimeMs < Date.now() - UNOWNED_AGE_MS) rmdirSync(path);
      return false;
    }
    if (isAlive(owner)) return false;
    return await removeTree(path, { last: OWNER, ...(signal !== undefined && { signal }) });
  } catch {
    // Another runtime sweeps at the same time, or something in it is not ours.
    return false;
  }
}

function ownerOf(path: string): ProcessIdentity | undefined {
  let file: number | undefined;
  try {
    file = openSync(join(path, OWNER), constants.O_RDONLY | constants.O_NOFOLLOW);
    if (!fstatSync(file).isFile()) return undefined;
    const owner = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
    return Number.isSafeInteger(owner.pid) && owner.pid > 0 ? owner : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
