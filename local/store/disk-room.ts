import { statfsSync } from 'node:fs';

/**
 * What must be free before anything is written: more than a transaction takes, and what others may
 * write meanwhile. LMDB must never find the disk full: its error message overruns its buffer.
 */
export const ROOM_BYTES = 32 * 1024 * 1024;

/** What this user may still write on the disk that holds `folder`. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
