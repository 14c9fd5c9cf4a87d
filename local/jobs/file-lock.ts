import { setTimeout as pause } from 'node:timers/promises';
import { lockStateFolder, StateFolderInUse, type StateLock } from '../store/state-lock.ts';

/** The interval of checking the lock while waiting. */
const LOOK_AGAIN_MS = 200;

/** Runs `work` while holding a lock that is exclusive among all processes. Waits for it without a timeout. */
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
