import { existsSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivate } from '../host/private-files.ts';
import { freeBytes, isDiskFull, ROOM_BYTES } from './index.ts';

/** The folder cannot be created or written, or its disk has too little space to start. */
export class StateFolderUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateFolderUnusable';
  }
}

/**
 * Creates the folder if it does not exist, and checks that a runtime can write it and other users cannot read it.
 *
 * @param free the free bytes of the disk. @default the system's answer
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

/** Node's recursive mkdir does not end when the system returns ENOENT below an existing folder (/proc). */
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
    `The state folder ${folder} cannot be created or written (${reason}). The runtime was not started. ` +
      'Choose another folder with --state, or fix its permissions.',
    { cause },
  );
}

function tooLittleRoom(folder: string, bytes: number): StateFolderUnusable {
  return new StateFolderUnusable(
    `The disk that holds the state folder ${folder} has ${mebibytes(bytes)} MiB free, and a runtime needs ${mebibytes(ROOM_BYTES)} MiB to start. ` +
      'The runtime was not started. Free some space, or choose a folder on another disk with --state.',
  );
}

/** The disk became full during the start. */
export function filledWhileStarting(folder: string, cause: unknown): StateFolderUnusable {
  return new StateFolderUnusable(
    `The disk that holds the state folder ${folder} became full while the runtime was starting. The runtime was not started, and the resources that were provisioned last are not kept. ` +
      'Free some space and start it again: the missing resources are provisioned then.',
    { cause },
  );
}

function mebibytes(bytes: number): string {
  return (Math.floor((bytes / 2 ** 20) * 10) / 10).toString();
}
