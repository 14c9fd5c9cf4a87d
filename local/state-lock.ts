import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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

interface Holder {
  readonly pid: number;
  /** When the process began, as the system prints it: a pid alone may have been given to another. */
  readonly startedAt: string;
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
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'lock');
  const own: Holder = { pid: process.pid, startedAt: startOf(process.pid) };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own));
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

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, but is another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = startOf(holder.pid);
  return started === '' || holder.startedAt === '' || started === holder.startedAt;
}

/** The 22nd field of `/proc/<pid>/stat` on Linux, the start date of `ps` elsewhere; empty when unknown. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return startOfByPs(pid);
  }
}

function startOfByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
