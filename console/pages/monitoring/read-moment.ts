const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?Z?$/;

/** A time in UTC that a person wrote; undefined where nothing was written, null where it is none. */
export function readMoment(text: string): string | null | undefined {
  const written = text.trim();
  if (written === '') return undefined;
  const [, day, clock] = MOMENT.exec(written) ?? [];
  const moment = `${day}T${clock}:00.000Z`;
  // A day such as February 30 becomes another one.
  if (Number.isNaN(Date.parse(moment)) || new Date(moment).toISOString() !== moment) return null;
  return moment;
}
