import { constants } from 'node:os';

/** Whether an error says that there is no space on the disk, or in the user's quota. */
export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return FULL.has(code);
}

/** The error names of Node.js, and the error numbers of LMDB (the last one is `MDB_MAP_FULL`). */
const FULL: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  constants.errno.ENOSPC,
  constants.errno.EDQUOT,
  -30_792,
]);

/**
 * The disk is full. The changes are kept in memory and written as soon as there is space. They are lost if the
 * process is killed before.
 */
export class DiskFullError extends Error {
  readonly code = 'ENOSPC';

  /** @param waiting the number of changes that are only in memory */
  constructor(folder: string, waiting: number) {
    super(
      `The disk that holds ${folder} is full: ${waiting} changes are only in memory. They are written as soon as there is space, and are lost if the runtime ends before: free some space.`,
    );
    this.name = 'DiskFullError';
  }
}
