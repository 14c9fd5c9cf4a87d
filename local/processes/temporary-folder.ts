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
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './identity.ts';
import { removeTree } from './remove-tree.ts';

/** The purposes of temporary folders, which are part of their names. */
export type TemporaryKind =
  | 'certificates'
  | 'functions'
  | 'model'
  | 'python'
  | 'sockets'
  | 'state'
  | 'synth';

/** A folder for this user only. If it is not removed, a later run sweeps it. */
export interface TemporaryFolder {
  readonly path: string;
  /** Creates a folder in it, or uses an existing one. */
  folder(name: string): string;
  /**
   * Removes it, as far as that is possible in this time: processes decide how many files it has, and it must not
   * delay the end of the runtime. The next start removes the rest.
   *
   * @param patienceMs real time; half a second by default
   */
  remove(patienceMs?: number): Promise<void>;
}

/** The file that names the owner; without it, no other process removes the content of the folder. */
const OWNER = 'owner.json';

const NAME =
  /^stepmill-(?:certificates|functions|model|python|removed|sockets|state|synth)-[A-Za-z0-9]{6}$/;

/** The start of the names of folders that hold no more than the owner file. */
const REMOVED = 'stepmill-removed-';

/** What `mkdtemp` adds to a name. */
const SUFFIX_CHARACTERS = 6;

/** The age after which a folder without an owner file is removed: a process may be killed before it writes the file. */
const UNOWNED_AGE_MS = 3_600_000;

/** Creates a folder in the system's folder for temporary files. */
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
    remove: (patienceMs) => removeInTime(path, patienceMs),
  };
}

const REMOVAL_PATIENCE_MS = 500;

async function removeInTime(path: string, patienceMs = REMOVAL_PATIENCE_MS): Promise<void> {
  try {
    await removeOwned(path, AbortSignal.timeout(patienceMs));
  } catch {
    // A process still writes to it.
  }
}

/** The owner file goes last, so that a removal that is interrupted can be completed by another process. */
async function removeOwned(path: string, signal?: AbortSignal): Promise<boolean> {
  const options = signal === undefined ? {} : { signal };
  if (!(await removeTree(path, { kept: OWNER, ...options }))) return false;
  // If this process is killed before the last step, the name says that the empty folder belongs to no process.
  const removed = join(dirname(path), `${REMOVED}${path.slice(-SUFFIX_CHARACTERS)}`);
  await rename(path, removed);
  await removeTree(removed);
  return true;
}

/**
 * Removes the temporary folders of killed processes. The system's folder is shared with other users, so only
 * real folders (not links) of this user with such a name are removed, if the process in the owner file has
 * ended.
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
      // Only an empty folder: rmdir fails for others.
      if (isAbandoned(path)) rmdirSync(path);
      return false;
    }
    if (isAlive(owner)) return false;
    return await removeOwned(path, signal);
  } catch {
    // Another runtime sweeps at the same time, or the content belongs to another user.
    return false;
  }
}

function isAbandoned(path: string): boolean {
  const isRemoved = basename(path).startsWith(REMOVED);
  return isRemoved || lstatSync(path).mtimeMs < Date.now() - UNOWNED_AGE_MS;
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
