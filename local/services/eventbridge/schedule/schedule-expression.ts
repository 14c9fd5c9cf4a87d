import { LARGEST_RATE } from '../limits.ts';
import { nextOccurrence, parseCron } from './cron.ts';

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

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** The last instant that a JavaScript date can hold. */
const LAST_INSTANT = 8.64e15;

/** @returns undefined if the expression is not valid */
export function parseSchedule(expression: string): Schedule | undefined {
  const rate = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) return parseRate(Number(rate[1]), rate[2] ?? '', rate[3] === 's');
  const cron = /^cron\((.*)\)$/.exec(expression);
  const parsed = cron === null ? undefined : parseCron(cron[1] ?? '');
  return parsed === undefined ? undefined : { next: (after) => nextOccurrence(parsed, after) };
}

function parseRate(count: number, unit: string, plural: boolean): Schedule | undefined {
  // AWS requires the singular for 1 and the plural for other values.
  if ((count === 1) === plural || count > LARGEST_RATE) return undefined;
  const period = count * (UNIT_MS[unit] ?? 0);
  return {
    next: (after, since) => {
      const instant = since + (Math.floor((after - since) / period) + 1) * period;
      return instant > LAST_INSTANT ? undefined : instant;
    },
  };
}
