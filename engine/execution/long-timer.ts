import type { Host, HostTimer } from '../host.ts';

/** The maximum delay of `setTimeout`, which fires immediately for a longer one. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** Starts a timer of the host for any delay; a long delay is split into steps. */
export function setLongTimer(
  clock: Host['clock'],
  delayMs: number,
  callback: () => void,
): HostTimer {
  if (delayMs <= LONGEST_DELAY_MS) return clock.setTimer(delayMs, callback);
  const dueAt = clock.now() + delayMs;
  let timer = clock.setTimer(LONGEST_DELAY_MS, () => {
    timer = setLongTimer(clock, dueAt - clock.now(), callback);
  });
  return { cancel: () => timer.cancel() };
}
