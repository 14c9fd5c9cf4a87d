import { nextOccurrence, parseCron, parseRate, type Rate } from '../../../schedules/index.ts';

/** The schedule of a rule. */
export interface Schedule {
  /**
   * The next time to fire.
   *
   * @param since when the rule was created or changed: rates count from there
   * @returns undefined when the schedule has ended
   */
  next(after: number, since: number): number | undefined;
}

/** The last instant that a JavaScript date can hold. */
const LAST_INSTANT = 8.64e15;

/** @returns undefined if the expression is not valid */
export function parseSchedule(expression: string): Schedule | undefined {
  const rate = parseRate(expression);
  if (rate !== undefined) return rateSchedule(rate);
  const cron = /^cron\((.*)\)$/.exec(expression);
  const parsed = cron === null ? undefined : parseCron(cron[1] ?? '');
  return parsed === undefined ? undefined : { next: (after) => nextOccurrence(parsed, after) };
}

/** AWS requires the singular for 1 and the plural for other values. */
function rateSchedule({ periodMs, agrees }: Rate): Schedule | undefined {
  if (!agrees) return undefined;
  return {
    next: (after, since) => {
      const instant = since + (Math.floor((after - since) / periodMs) + 1) * periodMs;
      return instant > LAST_INSTANT ? undefined : instant;
    },
  };
}
