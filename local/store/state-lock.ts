import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from '../processes/index.ts';

/** A state folder that this process has locked, so that no other process writes in it. */
export interface StateLock {
  release(): void;
}

/** Another runtime uses the folder. */
export class StateFolderInUse extends Error {
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `The state folder ${folder} is in use by process ${pid}. This runtime was not started and nothing was changed. ` +
        'Stop the other one first, or choose another folder with --state.',
    );
    this.name = 'StateFolderInUse';
    this.pid = pid;
  }
}

/** Checks the lock without taking it. @throws StateFolderInUse when a living process holds it */
export function refuseIfInUse(folder: string): void {
  const holder = readHolder(join(folder, 'lock'));
  if (holder !== undefined && isAlive(holder)) throw new StateFolderInUse(folder, holder.pid);
}

/**
 * Locks the folder for this process. Takes over the lock of a killed process.
 *
 * @throws StateFolderInUse when a living process holds it
 */
export function lockStateFolder(folder: string): StateLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lock');
  const own = identityOf(process.pid);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    if (!linked(draft, path)) takeOver(folder, path, draft);
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (readHolder(path)?.pid === own.pid) rmSync(path, { force: true });
    },
  };
}

function takeOver(folder: string, path: string, draft: string): void {
  refuseIfInUse(folder);
  const stale = `${draft}.stale`;
  try {
    renameSync(path, stale);
  } catch {
    // Another process removed the stale lock at the same time; the first link below wins.
  }
  rmSync(stale, { force: true });
  if (!linked(draft, path)) throw new StateFolderInUse(folder, readHolder(path)?.pid ?? 0);
}

/** Creating a hard link is atomic and never replaces an existing file. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessIdentity> | null;
    return typeof holder?.pid === 'number' && typeof holder.startedAt === 'string'
      ? { pid: holder.pid, startedAt: holder.startedAt }
      : undefined;
  } catch {
    return undefined;
  }
}
