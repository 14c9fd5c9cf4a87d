import type { Clock } from '../../../host/clock.ts';
import { serviceUnavailable } from './refusal.ts';

/**
 * Rejects with 503 after the timeout. The work is not cancelled, as on AWS.
 *
 * @param timeoutMs of the clock
 * @param clock that of the runtime for functions, which hold it while they run; else real time, as what answers is a process of
 *   this machine
 */
export async function within<Result>(
  clock: Pick<Clock, 'setTimer'>,
  timeoutMs: number,
  work: Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(timeoutMs, () => reject(serviceUnavailable()));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** Real time, at any speed of a runtime's clock. */
export const REAL_TIME: Pick<Clock, 'setTimer'> = {
  setTimer(delayMs, callback) {
    const timeout = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  },
};
