import {
  instantInTimeZone,
  nextInTimeZone,
  nextOccurrence,
  parseCron,
  parseRate,
} from '../../schedules/index.ts';
import type { ScheduleRecord } from './store.ts';

/** The times of a schedule. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
interface ScheduleTimes {
  /** The first time after `after`; undefined if there is none. */
  next(after: number): number | undefined;
}

/** What the times of a schedule depend on. */
export type Timing = Pick<
  ScheduleRecord,
  'expression' | 'timeZone' | 'startTime' | 'endTime' | 'lastModifiedTime'
>;

const UTC = 'UTC';

/** @returns undefined if the expression is not valid */
export function scheduleTimes(timing: Timing): ScheduleTimes | undefined {
  const { expression } = timing;
  const once = onceAt(timing);
  if (once !== undefined) return { next: (after) => (once > after ? once : undefined) };
  const rate = parseRate(expression);
  if (rate !== undefined) return withinDates(timing, everyPeriod(timing, rate.periodMs));
  const { groups } = /^cron\((?<fields>.*)\)$/.exec(expression) ?? {};
  const cron = groups === undefined ? undefined : parseCron(groups['fields'] ?? '');
  if (cron === undefined) return undefined;
  const { timeZone } = timing;
  return withinDates(timing, (after) =>
    timeZone === UTC ? nextOccurrence(cron, after) : nextInTimeZone(cron, timeZone, after),
  );
}

/** One-time schedules ignore the dates. */
export function isOneTime({ expression }: Pick<Timing, 'expression'>): boolean {
  return expression.startsWith('at(');
}

function onceAt({ expression, timeZone }: Timing): number | undefined {
  const { groups } = /^at\((?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? {};
  const { time } = groups ?? {};
  const wall = Date.parse(`${time}Z`);
  // A date such as the 30th of February is read as one of March.
  const isDate = !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(time ?? '');
  return isDate ? instantInTimeZone(timeZone, wall) : undefined;
}

/** Days are periods of 24 hours; the first invocation is at the start. */
function everyPeriod({ startTime, lastModifiedTime }: Timing, periodMs: number) {
  const first = startTime ?? lastModifiedTime;
  return (after: number): number | undefined => {
    const count = after < first ? 0 : Math.floor((after - first) / periodMs) + 1;
    const next = first + count * periodMs;
    return Number.isNaN(new Date(next).getTime()) ? undefined : next;
  };
}

function withinDates(
  { startTime, endTime }: Timing,
  next: (after: number) => number | undefined,
): ScheduleTimes {
  return {
    next(after) {
      const time = next(startTime === undefined ? after : Math.max(after, startTime - 1));
      return time === undefined || (endTime !== undefined && time > endTime) ? undefined : time;
    },
  };
}
