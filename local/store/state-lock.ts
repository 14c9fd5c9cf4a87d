import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from '../processes/index.ts';

/** A state folder held by this process; nobody else may write there. */
export interface StateLock {
  release(): void;
}

/** Another runtime works on the folder. */
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

/** Looks without taking the folder. @throws StateFolderInUse when a living process holds it */
export function refuseIfInUse(folder: string): void {
  const holder = readHolder(join(folder, 'lock'));
  if (holder !== undefined && isAlive(holder)) throw new StateFolderInUse(folder, holder.pid);
}

/**
 * Takes the folder for this process. A lock left by a process that was killed is taken over.
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
    // Somebody else took the stale lock away in this moment; who links first wins below.
  }
  rmSync(stale, { force: true });
  if (!linked(draft, path)) throw new StateFolderInUse(folder, readHolder(path)?.pid ?? 0);
}

/** A hard link is made whole or not at all, and never over an existing file. */
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
