/** `Date` of an answer has whole seconds, and comes some time after it was written. */
const NOISE_MILLISECONDS = 2_000;

type Listener = () => void;

let ahead = 0;
const listeners = new Set<Listener>();

/** Sets the clock by an answer of the API. The clock of a local runtime runs faster than the browser's. */
export function setClockBy({ headers }: Pick<Response, 'headers'>): void {
  const said = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(said) || Math.abs(said - serverNow()) < NOISE_MILLISECONDS) return;
  ahead = said - Date.now();
  for (const listener of listeners) listener();
}

/** The time by the clock with which the API writes times, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + ahead;
}

const MINUTE = 60_000;

/** How far the clock of the API is ahead of the browser's, in whole minutes. */
export function minutesAhead(): number {
  return Math.trunc(ahead / MINUTE);
}

/** Calls the listener when the clock is set; gives what ends this. */
export function onClockSet(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
