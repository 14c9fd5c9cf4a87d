import type { Clock } from '../host/clock.ts';
import type { Table } from '../store/index.ts';

/**
 * Removes old records from a table. Call the returned function with each new record. The table is scanned once
 * every `keptMs`, so it holds at most the records of twice that time.
 *
 * @param keptMs how long a record is needed
 */
export function createCleanup(
  clock: Clock,
  table: Table<{ readonly at: number }>,
  keptMs: number,
): () => void {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return () => {
    const oldest = clock.now() - keptMs;
    if (sweptAt > oldest) return;
    sweptAt = clock.now();
    const old = Array.from(table.entries()).filter(([, { at }]) => at <= oldest);
    for (const [key] of old) table.delete(key);
  };
}
