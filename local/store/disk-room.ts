import { statfsSync } from 'node:fs';

/**
 * The space that must be free before a write: more than a transaction, and a margin for other programs. LMDB
 * must never find the disk full, because its error message overruns its buffer.
 */
export const ROOM_BYTES = 32 * 1024 * 1024;

/** The bytes that this user can still write on the disk of `folder`. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
