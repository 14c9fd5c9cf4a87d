import { RETENTION_DAYS } from './limits.ts';
import type { ExecutionRecord } from './stores/execution-store.ts';

const RETENTION_MS = RETENTION_DAYS * 86_400_000;

/** A closed execution is kept, and its name reserved, for ninety days. */
export function isForgotten({ stopDate }: ExecutionRecord, now: number): boolean {
  return stopDate !== undefined && now - stopDate > RETENTION_MS;
}

/** Executions that end within an hour are removed together. */
const LEAST_WAIT_MS = 3_600_000;

/** The time until the oldest kept execution, which ended at `stopDate`, is removed. */
export function untilForgotten(stopDate: number, now: number): number {
  return Math.max(LEAST_WAIT_MS, stopDate + RETENTION_MS + 1 - now);
}
