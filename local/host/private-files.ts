import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Permissions of others than the owner. */
const OTHERS = 0o077;

/** Folders without state: tens of thousands of files from public package indexes. */
const PUBLIC: ReadonlySet<string> = new Set(['python']);

/**
 * Removes the permissions of other users from a folder and everything in it. A folder without such permissions is
 * skipped: other users cannot reach its content.
 */
export function makePrivate(folder: string): void {
  if ((lstatSync(folder).mode & OTHERS) === 0) return;
  for (const name of readdirSync(folder))
    if (!PUBLIC.has(name)) makeTreePrivate(join(folder, name));
  takeFromOthers(folder);
}

function makeTreePrivate(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  if (entry.isDirectory()) for (const name of readdirSync(path)) makeTreePrivate(join(path, name));
  takeFromOthers(path);
}

function takeFromOthers(path: string): void {
  const { mode } = lstatSync(path);
  if ((mode & OTHERS) !== 0) chmodSync(path, mode & ~OTHERS & 0o7777);
}

let keepers = 0;
let formerMask = 0;

/**
 * Sets the umask so that other users cannot read files that this process and its children create. Returns a
 * function that restores it; of several runtimes in one process, the last one does.
 */
export function keepFilesPrivate(): () => void {
  try {
    const mask = process.umask(OTHERS);
    if (keepers === 0) formerMask = mask;
  } catch {
    // A worker thread cannot set the umask; the mode of the state folder protects the files there.
    return () => {};
  }
  keepers += 1;
  let isKept = true;
  return () => {
    if (!isKept) return;
    isKept = false;
    keepers -= 1;
    if (keepers === 0) process.umask(formerMask);
  };
}
