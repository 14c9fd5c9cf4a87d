import { type Cron, nextOccurrence } from './cron.ts';

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const KEPT_FORMATS = 1_000;

/** Whether a name is in the IANA time zone database, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first time after `after` at which the clocks of a time zone show what a cron expression asks for. A time that the
 * clocks skip does not count; one that they show twice counts the first time.
 */
export function nextInTimeZone(cron: Cron, zone: string, after: number): number | undefined {
  let wall = wallClock(zone, after);
  for (;;) {
    const next = nextOccurrence(cron, wall);
    if (next === undefined) return undefined;
    const [instant] = instantsOf(zone, next);
    if (instant !== undefined && instant > after) return instant;
    wall = next;
  }
}

/** The instant at which the clocks of a time zone show a time; for a time that they skip, as much later as they skip. */
export function instantInTimeZone(zone: string, wall: number): number {
  return instantsOf(zone, wall)[0] ?? wall - offsetAt(zone, wall - DAY_MS);
}

/** The instants at which the clocks show a time: none, one or two, in order. */
function instantsOf(zone: string, wall: number): readonly number[] {
  const offsets = new Set([offsetAt(zone, wall - DAY_MS), offsetAt(zone, wall + DAY_MS)]);
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => wallClock(zone, instant) === wall)
    .sort((one, other) => one - other);
}

function offsetAt(zone: string, instant: number): number {
  const whole = Math.floor(instant / 1_000) * 1_000;
  return wallClock(zone, whole) - whole;
}

/** What the clocks of a time zone show, as if it were UTC; in whole seconds. */
function wallClock(zone: string, instant: number): number {
  const shown = formatOf(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(shown.find((one) => one.type === type)?.value);
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  // Names differ by case too, so that there is no end of them.
  if (formats.size >= KEPT_FORMATS) formats.clear();
  formats.set(zone, format);
  return format;
}
