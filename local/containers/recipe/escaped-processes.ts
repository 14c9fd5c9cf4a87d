import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const PROC = '/proc';
/** Looks for processes that others start in the meantime. */
const MAXIMUM_LOOKS = 10;

/**
 * Kills the processes of a container that has ended, also those that left its group (`setsid`): they stay in its mount
 * namespace, whose mounts name the container's folder. Without a namespace, and elsewhere than on Linux, none is found.
 *
 * @param folder the container's own, with a name that no other one has
 */
export async function killEscaped(folder: string): Promise<void> {
  const mark = `${basename(dirname(folder))}/${basename(folder)}/`;
  const own = await readlink(`${PROC}/self/ns/mnt`).catch(() => undefined);
  if (own === undefined) return;
  for (let look = 0; look < MAXIMUM_LOOKS; look += 1) {
    const pids = await findProcesses(own, mark);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid);
  }
}

async function findProcesses(own: string, mark: string): Promise<readonly number[]> {
  const names = (await readdir(PROC)).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(names.map((name) => isIn(name, own, mark)));
  return names.filter((_, index) => found[index]).map(Number);
}

/** A process of another user cannot be read, and one that has ended is not there. */
async function isIn(name: string, own: string, mark: string): Promise<boolean> {
  try {
    if ((await readlink(`${PROC}/${name}/ns/mnt`)) === own) return false;
    return (await readFile(`${PROC}/${name}/mountinfo`, 'utf8')).includes(mark);
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
