import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Permissions of others than the owner. */
const OTHERS = 0o077;

/** What holds no state of anybody's: packages from public indexes, tens of thousands of files. */
const PUBLIC: ReadonlySet<string> = new Set(['python']);

/**
 * Takes the permissions of others from a folder and all in it. A folder that has none for them is left as it is:
 * nobody else reaches what is inside.
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
 * From now on nothing that this process and its children make can be read by others, whatever the umask was.
 * Returns what ends it; the last of several runtimes in a process does.
 */
export function keepFilesPrivate(): () => void {
  try {
    const mask = process.umask(OTHERS);
    if (keepers === 0) formerMask = mask;
  } catch {
    // A worker thread cannot: there the mode of the state folder has to do.
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
