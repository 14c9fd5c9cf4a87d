import { useEffect, useState } from 'react';
import { onClockSet, serverNow } from '../data/server-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REFRESH_MILLISECONDS = 10 * SECOND;

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' });
const short = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

/** A moment in the reader's zone; the exact one on hover. */
export function Moment({ at }: { readonly at: string }) {
  const now = useNow();
  const then = new Date(at);
  return (
    <time dateTime={at} title={`${exact.format(then)} (${at})`} style={{ whiteSpace: 'nowrap' }}>
      {describeMoment(then.getTime(), now)}
    </time>
  );
}

/** A moment with its day and its time, for where it matters which one it is. */
export function ExactMoment({ at }: { readonly at: string }) {
  const then = new Date(at);
  return (
    <time dateTime={at} title={`${exact.format(then)} (${at})`}>
      {short.format(then)}
    </time>
  );
}

/** How long something took, or has taken until now. */
export function Elapsed({ from, to }: { readonly from: string; readonly to?: string | undefined }) {
  const now = useNow();
  const milliseconds = (to === undefined ? now : Date.parse(to)) - Date.parse(from);
  return <span>{describeDuration(milliseconds)}</span>;
}

function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const update = () => setNow(serverNow());
    const timer = setInterval(update, REFRESH_MILLISECONDS);
    const end = onClockSet(update);
    return () => {
      clearInterval(timer);
      end();
    };
  }, []);
  return now;
}

export function describeMoment(then: number, now: number): string {
  const age = now - then;
  if (Math.abs(age) < MINUTE) return 'just now';
  if (age < 0 || age >= DAY) return short.format(then);
  const minutes = Math.round(age / MINUTE);
  if (minutes < 60) return relative.format(-minutes, 'minute');
  const hours = Math.round(age / HOUR);
  return hours < 24 ? relative.format(-hours, 'hour') : relative.format(-1, 'day');
}

export function describeDuration(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  if (whole > 0 && whole < SECOND) return `${whole} ms`;
  const seconds = Math.max(0, Math.round(milliseconds / SECOND));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
