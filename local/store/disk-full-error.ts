import { constants } from 'node:os';

/** Whether the system, or this store, said that there is no room: on the disk, or in the user's share of it. */
export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return FULL.has(code);
}

/** By name, as Node.js says it, and by number, as LMDB does: its own `MDB_MAP_FULL` last. */
const FULL: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  constants.errno.ENOSPC,
  constants.errno.EDQUOT,
  -30_792,
]);

/**
 * The disk has no room for what was written. Nothing is lost yet: it is kept in memory and goes to the
 * disk as soon as there is room; only a kill before that loses it.
 */
export class DiskFullError extends Error {
  readonly code = 'ENOSPC';

  /** @param waiting how many changes are in memory only */
  constructor(folder: string, waiting: number) {
    super(
      `The disk that holds ${folder} is full: ${waiting} changes are in memory only. They are written as soon as there is room, and lost if the runtime ends before: free some space.`,
    );
    this.name = 'DiskFullError';
  }
}
