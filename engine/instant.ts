/** Milliseconds since the Unix epoch. */
export type EpochMs = number;

/**
 * The calendar date of an instant. The engine uses `Date` only here, always with a number, so that it never
 * reads the clock.
 */
export function calendarOf(instant: EpochMs): Date {
  // oxlint-disable-next-line no-restricted-globals -- created from a number, it does not read the clock
  return new Date(instant);
}

/** Formats an instant as AWS does in the context object: a zero fraction is omitted, `2026-01-01T00:00:00Z`. */
export function formatInstant(instant: EpochMs): string {
  const text = calendarOf(instant).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

const pattern =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d{1,9}))?)?(?<offset>Z|[+-]\d\d(?::?\d\d)?(?::?\d\d)?)$/;

/**
 * Parses an ISO-8601 extended offset date-time, as `java.time` does: 24:00 and a 30th of February are invalid.
 * Returns undefined for an invalid text.
 */
export function parseInstant(text: string): EpochMs | undefined {
  const fields = pattern.exec(text)?.groups;
  if (fields === undefined) return undefined;
  const [year, month, day] = [fields['year'], fields['month'], fields['day']].map(Number);
  const [hour, minute, second] = [fields['hour'], fields['minute'], fields['second'] ?? 0].map(
    Number,
  );
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const milliseconds = Math.floor(Number(`0.${fields['fraction'] ?? '0'}`) * 1000);
  const seconds = ((daysBefore(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  return (seconds - offsetSeconds(fields['offset'] ?? 'Z')) * 1000 + milliseconds;
}

function offsetSeconds(offset: string): number {
  if (offset === 'Z') return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (offset.match(/\d\d/g) ?? []).map(Number);
  return (offset.startsWith('-') ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds);
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The number of days from 1970-01-01 to the date, in the proleptic Gregorian calendar. */
function daysBefore(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
