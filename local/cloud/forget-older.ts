import type { Clock } from '../host/clock.ts';
import type { Table } from '../store/index.ts';

/**
 * Keeps a table of recent things from growing: to be called with each new one. All are looked at once in the
 * time that they are kept, so that the table holds at most what came in twice that time.
 *
 * @param keptMs how long a record is of use
 */
export function createForgetting(
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
