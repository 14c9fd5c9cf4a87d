import { rm } from 'node:fs/promises';

/** Removes a folder in which a process that was just killed may still write for a moment. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
