import type { Host, HostTimer } from '../host.ts';

/** `setTimeout` takes no more, and calls back at once instead: hosts may hand it what they are given. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** A timer of the host for any delay: years are waited for in steps. */
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
