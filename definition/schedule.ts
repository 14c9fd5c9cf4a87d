import * as z from 'zod';

/** Shorter intervals cost more than they show. */
const MINIMUM_MINUTES = 5;
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1_440 };

/** A name of the time zone database. */
export const timeZoneSchema = z
  .string()
  .refine(isTimeZone, { message: 'must be a time zone such as Europe/Berlin' });

/**
 * When EventBridge Scheduler starts something: `rate(6 hours)` or `cron(0 6 * * ? *)`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const scheduleSchema = z.strictObject({
  expression: z.string().superRefine((text, context) => {
    const message = judgeExpression(text);
    if (message !== undefined) context.addIssue({ code: 'custom', input: text, message });
  }),
  /** Of a `cron` expression. A time that a change of the clock skips is not run that day. */
  timeZone: timeZoneSchema.default('UTC'),
});

export type Schedule = z.infer<typeof scheduleSchema>;

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What is wrong with an expression; undefined where Scheduler takes it. */
function judgeExpression(text: string): string | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(text);
  if (rate !== null) return judgeRate(Number(rate[1]), rate[2] ?? '', rate[3] === 's');
  const fields = /^cron\((.+)\)$/.exec(text)?.[1]?.split(' ');
  if (fields !== undefined) return judgeCron(fields);
  return 'must be rate(VALUE minutes|hours|days) or cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR)';
}

function judgeRate(value: number, unit: string, isPlural: boolean): string | undefined {
  if (isPlural !== (value !== 1)) {
    return `must have the unit ${unit}${value === 1 ? '' : 's'} after ${value}`;
  }
  return value * (MINUTES[unit] ?? 0) < MINIMUM_MINUTES
    ? `must be at least ${MINIMUM_MINUTES} minutes`
    : undefined;
}

interface CronField {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
  /** What the field may be beside values, lists, ranges and steps. */
  readonly special?: RegExp;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const cronFields: readonly CronField[] = [
  { name: 'minutes', minimum: 0, maximum: 59 },
  { name: 'hours', minimum: 0, maximum: 23 },
  { name: 'days of the month', minimum: 1, maximum: 31, special: /^(\?|L|LW|\d{1,2}W)$/ },
  { name: 'months', minimum: 1, maximum: 12, names: months },
  {
    name: 'days of the week',
    minimum: 1,
    maximum: 7,
    names: days,
    special: /^(\?|L|(\d|[A-Z]{3})L|(\d|[A-Z]{3})#[1-5])$/,
  },
  { name: 'years', minimum: 1970, maximum: 2199 },
];

function judgeCron(fields: readonly string[]): string | undefined {
  if (fields.length !== cronFields.length) {
    return `must have ${cronFields.length} fields in cron(…), one blank between two`;
  }
  const wrong = cronFields.find((field, index) => !isCronField(fields[index] ?? '', field));
  if (wrong !== undefined) return `has ${wrong.name} that EventBridge Scheduler does not take`;
  if ((fields[2] === '?') === (fields[4] === '?')) {
    return 'must have ? as day of month or as day of week, and not as both';
  }
  const [minutes] = cronFields;
  const shortest = minutes === undefined ? 60 : shortestGap(valuesOf(fields[0] ?? '', minutes));
  return shortest < MINIMUM_MINUTES
    ? `must leave at least ${MINIMUM_MINUTES} minutes between two starts`
    : undefined;
}

function isCronField(text: string, field: CronField): boolean {
  if (field.special?.test(text) === true) return true;
  return text.split(',').every((part) => valuesOfPart(part, field) !== undefined);
}

/** The values that a list of a field names. */
function valuesOf(text: string, field: CronField): readonly number[] {
  return text.split(',').flatMap((part) => valuesOfPart(part, field) ?? []);
}

/** `*`, `8`, `8-10`, each with a step: the step of a single value goes to the end. */
function valuesOfPart(
  text: string,
  { minimum, maximum, names }: CronField,
): readonly number[] | undefined {
  const [, first = '', last, step = ''] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(text) ?? [];
  const read = (word: string) => {
    const named = names?.indexOf(word.toUpperCase()) ?? -1;
    if (named >= 0) return named + minimum;
    return /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const begin = first === '*' ? minimum : read(first);
  const end = endOf({ first, last, step }, maximum, read);
  const by = step === '' ? 1 : Number(step);
  const isRange = begin >= minimum && begin <= end && end <= maximum && by >= 1;
  if (!isRange) return undefined;
  return Array.from({ length: Math.floor((end - begin) / by) + 1 }, (_, at) => begin + at * by);
}

interface Part {
  readonly first: string;
  readonly last: string | undefined;
  readonly step: string;
}

function endOf(
  { first, last, step }: Part,
  maximum: number,
  read: (word: string) => number,
): number {
  if (last !== undefined) return read(last);
  return first === '*' || step !== '' ? maximum : read(first);
}

/** Between two minutes of an hour, over its end. */
function shortestGap(minutes: readonly number[]): number {
  const sorted = [...new Set(minutes)].sort((one, other) => one - other);
  const gaps = sorted.map((minute, index) => {
    const next = sorted[index + 1] ?? (sorted[0] ?? 0) + 60;
    return next - minute;
  });
  return Math.min(...gaps);
}
