import type { Trial } from '../definition/index.ts';

const SECONDS_PER_HOUR = 3_600;

/** How long a trial lasts without a decision. */
export function trialSeconds({ timeLimitHours }: Trial): number {
  return Math.round(timeLimitHours * SECONDS_PER_HOUR);
}
