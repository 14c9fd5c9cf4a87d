import type { Dirent } from 'node:fs';
import { chmod, mkdtemp, opendir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface RemovalOptions {
  /** Ends the removal early; a later run can remove the rest. */
  readonly signal?: AbortSignal;
  /** A file of the folder itself that stays, and with it the folder. */
  readonly kept?: string;
}

/**
 * Removes a folder and its content, one entry after the other, without blocking the event loop. Links are
 * removed, not followed. Entries that another process removes at the same time are not an error.
 *
 * @returns whether all of it was removed
 */
export async function removeTree(path: string, options: RemovalOptions = {}): Promise<boolean> {
  const { signal, kept } = options;
  const below = { top: path, ...(signal !== undefined && { signal }) };
  if (!(await removeEntries(path, below, kept))) return false;
  if (kept === undefined) await ignoreAbsent(rmdir(path));
  return true;
}

interface Removal {
  /** The folder that is removed as a whole. */
  readonly top: string;
  readonly signal?: AbortSignal;
}

async function removeEntries(path: string, removal: Removal, kept?: string): Promise<boolean> {
  for (const entry of await entriesOf(path, removal.signal)) {
    if (removal.signal?.aborted === true) return false;
    if (entry.name === kept) continue;
    const child = join(path, entry.name);
    if (!entry.isDirectory()) await withAccess(path, () => ignoreAbsent(unlink(child)));
    else if (!(await removeFolder(path, child, removal))) return false;
  }
  return removal.signal?.aborted !== true;
}

/** The system takes no paths of more than 4,096 bytes, but folders can be nested deeper: these move to the top. */
const LONGEST_PATH_CHARACTERS = 1_000;

async function removeFolder(parent: string, child: string, removal: Removal): Promise<boolean> {
  if (child.length - removal.top.length > LONGEST_PATH_CHARACTERS) {
    const place = await mkdtemp(join(removal.top, 'deep-'));
    const moved = join(place, 'folder');
    await withAccess(parent, () => rename(child, moved));
    if (!(await removeFolder(place, moved, removal))) return false;
    await ignoreAbsent(rmdir(place));
    return true;
  }
  if (!(await removeEntries(child, removal))) return false;
  await withAccess(parent, () => ignoreAbsent(rmdir(child)));
  return true;
}

/** Programs can write folders that even their owner cannot change. */
async function withAccess<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    await chmod(folder, 0o700);
    return work();
  }
}

/** The entries are read before any is removed, because a changing folder may yield entries twice or not at all. */
async function entriesOf(
  path: string,
  signal: AbortSignal | undefined,
): Promise<readonly Dirent[]> {
  const entries: Dirent[] = [];
  try {
    const opened = await withAccess(path, () => opendir(path));
    for await (const entry of opened) {
      if (signal?.aborted === true) break;
      entries.push(entry);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return entries;
}

async function ignoreAbsent(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
