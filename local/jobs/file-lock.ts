import { setTimeout as pause } from 'node:timers/promises';
import { lockStateFolder, StateFolderInUse, type StateLock } from '../store/state-lock.ts';

/** How often somebody who waits looks again. */
const LOOK_AGAIN_MS = 200;

/** Runs `work` while nobody else, in any process, holds the same lock; waits as long as that takes. */
export async function withFileLock<Result>(
  folder: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const lock = await take(folder, signal);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function take(folder: string, signal: AbortSignal | undefined): Promise<StateLock> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return lockStateFolder(folder);
    } catch (error) {
      if (!(error instanceof StateFolderInUse)) throw error;
      await pause(LOOK_AGAIN_MS);
    }
  }
}
