/** One field of a cron expression: its allowed values. Day fields may also count from the end of the month. */
type FieldTest = (value: number) => boolean;

/** A cron expression of EventBridge: minutes hours day-of-month month day-of-week year, in UTC. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly isDay: (date: Date) => boolean;
  readonly isMonth: FieldTest;
  readonly isYear: FieldTest;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
const DAY_MS = 86_400_000;

interface FieldRange {
  readonly first: number;
  readonly last: number;
  /** Names of the values, in order. */
  readonly names?: readonly string[];
}

/** Expressions that were read last, because each firing reads its expression again. */
const recent = new Map<string, Cron>();
const RECENT_EXPRESSIONS = 1_000;

/** @returns undefined if EventBridge does not accept the expression */
export function parseCron(expression: string): Cron | undefined {
  const known = recent.get(expression);
  if (known !== undefined) return known;
  const cron = readCron(expression);
  if (cron === undefined) return undefined;
  if (recent.size >= RECENT_EXPRESSIONS) recent.clear();
  recent.set(expression, cron);
  return cron;
}

function readCron(expression: string): Cron | undefined {
  const fields = expression.trim().split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year, ...rest] = fields;
  if (year === undefined || rest.length > 0) return undefined;
  const minutes = values(minute ?? '', { first: 0, last: 59 });
  const hours = values(hour ?? '', { first: 0, last: 23 });
  const months = values(month ?? '', { first: 1, last: 12, names: MONTHS });
  const years = values(year, { first: FIRST_YEAR, last: LAST_YEAR });
  const isDay = parseDays(dayOfMonth ?? '', dayOfWeek ?? '');
  if (!minutes || !hours || !months || !years || !isDay) return undefined;
  const [monthSet, yearSet] = [new Set(months), new Set(years)];
  return {
    minutes,
    hours,
    isDay,
    isMonth: (value) => monthSet.has(value),
    isYear: (value) => yearSet.has(value),
  };
}

/** The first matching instant after `after`; undefined if there is none. */
export function nextOccurrence(cron: Cron, after: number): number | undefined {
  const earliest = Math.floor(after / 60_000) * 60_000 + 60_000;
  const first = new Date(earliest);
  for (let year = first.getUTCFullYear(); year <= LAST_YEAR; year += 1) {
    if (!cron.isYear(year)) continue;
    const newYear = Date.UTC(year, 0, 1);
    for (const dayOfYear of daysOf(cron, newYear)) {
      const day = newYear + dayOfYear * DAY_MS;
      const found = day + DAY_MS > earliest ? withinDay(cron, day, earliest) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The days that match, by kind of year. A record of 14 lists in place of the 84,000 days until 2199. */
const matchingDays = new WeakMap<Cron, Map<string, readonly number[]>>();

/** The days of a year that match, counted from 0. They depend on the weekday with which it begins, and its length. */
function daysOf(cron: Cron, newYear: number): readonly number[] {
  const kinds = matchingDays.get(cron) ?? new Map<string, readonly number[]>();
  matchingDays.set(cron, kinds);
  const first = new Date(newYear);
  const length = (Date.UTC(first.getUTCFullYear() + 1, 0, 1) - newYear) / DAY_MS;
  const kind = `${first.getUTCDay()} ${length}`;
  const days = kinds.get(kind) ?? findDays(cron, newYear, length);
  kinds.set(kind, days);
  return days;
}

function findDays(cron: Cron, newYear: number, length: number): readonly number[] {
  const days: number[] = [];
  for (let day = 0; day < length; day += 1) {
    const date = new Date(newYear + day * DAY_MS);
    if (cron.isMonth(date.getUTCMonth() + 1) && cron.isDay(date)) days.push(day);
  }
  return days;
}

function withinDay(cron: Cron, day: number, earliest: number): number | undefined {
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const instant = day + (hour * 60 + minute) * 60_000;
      if (instant >= earliest) return instant;
    }
  }
  return undefined;
}

/** The sorted values of a list of `*`, single values, ranges and steps. */
function values(field: string, range: FieldRange): readonly number[] | undefined {
  const all = new Set<number>();
  for (const part of field.split(',')) {
    const some = valuesOfPart(part, range);
    if (some === undefined) return undefined;
    for (const value of some) all.add(value);
  }
  return [...all].sort((a, b) => a - b);
}

function valuesOfPart(part: string, range: FieldRange): readonly number[] | undefined {
  const [span = '', step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return undefined;
  const bounds = boundsOf(span, step !== undefined, range);
  if (bounds === undefined) return undefined;
  const [first, last] = bounds;
  const found: number[] = [];
  for (let value = first; value <= last; value += Number(step ?? 1)) found.push(value);
  return found;
}

function boundsOf(
  span: string,
  stepped: boolean,
  range: FieldRange,
): readonly [number, number] | undefined {
  if (span === '*') return [range.first, range.last];
  const [from = '', to, ...rest] = span.split('-');
  const first = valueOf(from, range);
  const last = to === undefined ? first : valueOf(to, range);
  if (first === undefined || last === undefined || rest.length > 0 || first > last)
    return undefined;
  return [first, to === undefined && stepped ? range.last : last];
}

function valueOf(text: string, range: FieldRange): number | undefined {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return range.first + named;
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= range.first && value <= range.last ? value : undefined;
}

/** AWS requires exactly one of the two day fields to be `?`. */
function parseDays(dayOfMonth: string, dayOfWeek: string): ((date: Date) => boolean) | undefined {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  return dayOfWeek === '?' ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
}

function parseDayOfMonth(field: string): ((date: Date) => boolean) | undefined {
  if (field === 'L') return (date) => date.getUTCDate() === lastDayOf(date);
  const weekday = /^(\d{1,2})W$/.exec(field);
  if (weekday !== null) {
    const day = valueOf(weekday[1] ?? '', { first: 1, last: 31 });
    return day === undefined
      ? undefined
      : (date) => date.getUTCDate() === nearestWeekday(date, day);
  }
  const days = values(field, { first: 1, last: 31 });
  if (days === undefined) return undefined;
  const set = new Set(days);
  return (date) => set.has(date.getUTCDate());
}

function parseDayOfWeek(field: string): ((date: Date) => boolean) | undefined {
  const range: FieldRange = { first: 1, last: 7, names: DAYS };
  const special = /^(\w+?)(?:#([1-5])|(L))$/.exec(field);
  if (field === 'L') return (date) => date.getUTCDay() === 6;
  if (special !== null) {
    const day = valueOf(special[1] ?? '', range);
    if (day === undefined) return undefined;
    const nth = special[2];
    return (date) =>
      date.getUTCDay() + 1 === day &&
      (nth === undefined
        ? date.getUTCDate() + 7 > lastDayOf(date)
        : Math.ceil(date.getUTCDate() / 7) === Number(nth));
  }
  const days = values(field, range);
  if (days === undefined) return undefined;
  const set = new Set(days);
  return (date) => set.has(date.getUTCDay() + 1);
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The weekday nearest to a day, within the same month. */
function nearestWeekday(date: Date, day: number): number {
  const wanted = Math.min(day, lastDayOf(date));
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 0) return wanted < lastDayOf(date) ? wanted + 1 : wanted - 2;
  return wanted;
}
