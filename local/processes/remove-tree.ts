import type { Dirent } from 'node:fs';
import { opendir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface RemovalOptions {
  /** Ends the removal early; a later run can remove the rest. */
  readonly signal?: AbortSignal;
  /** A file of the folder itself that stays until everything else is removed. */
  readonly last?: string;
}

/**
 * Removes a folder and its content, one entry after the other, without blocking the event loop. Links are
 * removed, not followed. Entries that another process removes at the same time are not an error.
 *
 * @returns whether all of it was removed
 */
export async function removeTree(path: string, options: RemovalOptions = {}): Promise<boolean> {
  const { signal, last } = options;
  for (const entry of await entriesOf(path)) {
    if (signal?.aborted === true) return false;
    if (entry.name === last) continue;
    const child = join(path, entry.name);
    if (!entry.isDirectory()) await ignoreAbsent(unlink(child));
    else if (!(await removeTree(child, signal === undefined ? {} : { signal }))) return false;
  }
  if (last !== undefined) await ignoreAbsent(unlink(join(path, last)));
  await ignoreAbsent(rmdir(path));
  return true;
}

/** The entries are read before any is removed, because a changing folder may yield entries twice or not at all. */
async function entriesOf(path: string): Promise<readonly Dirent[]> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(path)) entries.push(entry);
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
