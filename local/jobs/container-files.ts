import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
} from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * The program of a container sees only its own folder of this machine, but the runtime sees the user's files, too.
 * So the runtime follows no link that a program made. It also opens no pipe, because opening one waits for a writer.
 */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The paths, relative to `folder`, of all regular files in it; none if it is missing or reached by a link.
 *
 * @param root the folder that the container sees, which contains `folder`
 */
export async function containerFiles(root: string, folder: string): Promise<readonly string[]> {
  if (!isReachedWithoutLinks(root, folder)) return [];
  const files: string[] = [];
  for (const folders = [folder]; ; ) {
    const next = folders.pop();
    if (next === undefined) return files.sort();
    for await (const entry of entriesOf(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(relative(folder, path));
    }
  }
}

/** Node's recursive `readdir` takes time in the square of the number of folders. */
async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  const opened = await opendir(folder).catch(() => undefined);
  if (opened !== undefined) yield* opened;
}

/**
 * Opens a regular file that a container wrote, for reading. Close the descriptor that it returns.
 *
 * @returns undefined for what is missing, not a regular file, or reached by a link
 */
export function openContainerFile(root: string, file: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, FLAGS);
  } catch {
    return undefined;
  }
  if (isContainerFile(root, file, descriptor)) return descriptor;
  closeSync(descriptor);
  return undefined;
}

/** A running program can exchange a folder for a link at any time, so what was opened is compared with what is there. */
function isContainerFile(root: string, file: string, descriptor: number): boolean {
  const opened = fstatSync(descriptor);
  if (!opened.isFile() || !isReachedWithoutLinks(root, file)) return false;
  const there = lstatSync(file, { throwIfNoEntry: false });
  return there?.ino === opened.ino && there.dev === opened.dev;
}

function isReachedWithoutLinks(root: string, path: string): boolean {
  try {
    return realpathSync(path) === join(realpathSync(root), relative(root, path));
  } catch {
    return false;
  }
}
