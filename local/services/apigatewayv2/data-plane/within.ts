import type { Cloud } from '../../../cloud/cloud.ts';
import { serviceUnavailable } from './refusal.ts';

/** Rejects with 503 after the timeout. The work is not cancelled, as on AWS. */
export async function within<Result>(
  { clock }: Cloud,
  timeoutMs: number,
  work: Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(timeoutMs, () => reject(serviceUnavailable()));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
