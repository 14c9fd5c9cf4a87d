import { existsSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivate } from '../host/private-files.ts';
import { freeBytes, isDiskFull, ROOM_BYTES } from './index.ts';

/** The folder cannot be made or written, or its disk has too little room to begin with. */
export class StateFolderUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateFolderUnusable';
  }
}

/**
 * Makes the folder where it is missing, and makes sure that a runtime can write there and others cannot read.
 *
 * @param free how many bytes there are; the system is asked unless a test knows better
 * @throws StateFolderUnusable
 */
export function makeStateFolder(folder: string, free = freeBytes): void {
  try {
    makeFolder(folder);
    makePrivate(folder);
    rmdirSync(mkdtempSync(join(folder, 'writable-')));
  } catch (error) {
    throw isDiskFull(error) ? tooLittleRoom(folder, 0) : notWritable(folder, error);
  }
  const bytes = free(folder);
  if (bytes < ROOM_BYTES) throw tooLittleRoom(folder, bytes);
}

/** Node's own recursive mkdir never ends where the system says ENOENT below a folder that is there (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function notWritable(folder: string, cause: unknown): StateFolderUnusable {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StateFolderUnusable(
    `The state folder ${folder} cannot be made or written (${reason}). The runtime was not started. ` +
      'Choose another folder with --state, or mend its permissions.',
    { cause },
  );
}

function tooLittleRoom(folder: string, bytes: number): StateFolderUnusable {
  return new StateFolderUnusable(
    `The disk that holds the state folder ${folder} has ${mebibytes(bytes)} MiB free, and a runtime needs ${mebibytes(ROOM_BYTES)} MiB to start. ` +
      'The runtime was not started. Free some space, or choose a folder on another disk with --state.',
  );
}

/** The disk had room when the runtime began to start, and then had none. */
export function filledWhileStarting(folder: string, cause: unknown): StateFolderUnusable {
  return new StateFolderUnusable(
    `The disk that holds the state folder ${folder} became full while the runtime was starting. The runtime was not started, and the last of what was provisioned is not kept. ` +
      'Free some space and start it again: it provisions what is missing.',
    { cause },
  );
}

function mebibytes(bytes: number): string {
  return (Math.floor((bytes / 2 ** 20) * 10) / 10).toString();
}
