import { limits } from './limits.ts';
import type { ExecutionRecord } from './stores/execution-store.ts';

/** A closed execution is kept, and its name reserved, for ninety days. */
export function isForgotten({ stopDate }: ExecutionRecord, now: number): boolean {
  return stopDate !== undefined && now - stopDate > limits.retentionDays * 86_400_000;
}
