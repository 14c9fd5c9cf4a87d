import type { Clock, EpochMs } from '../host/clock.ts';
import type { RequestQuota, Service } from './service.ts';
import { ServiceError } from './service-error.ts';

/** More requests than the account may make of an operation in this time. */
class RateExceeded extends ServiceError {
  constructor() {
    super('ThrottlingException', 'Rate exceeded');
  }
}

interface Bucket {
  tokens: number;
  filledAt: EpochMs;
}

/**
 * Refuses requests beyond what AWS lets an account make of an operation: a bucket of tokens for each,
 * which fills up again with the cloud's time.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general
 */
export class RequestThrottle {
  readonly #clock: Clock;
  readonly #buckets = new Map<RequestQuota, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws ServiceError ThrottlingException, "Rate exceeded" */
  take(service: Service, operation: string): void {
    const quota = service.requestQuotas?.[operation];
    if (quota === undefined) return;
    const bucket = this.#filled(quota);
    if (bucket.tokens < 1) throw new RateExceeded();
    bucket.tokens -= 1;
  }

  #filled(quota: RequestQuota): Bucket {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(quota) ?? { tokens: quota.bucket, filledAt: now };
    const refill = ((now - bucket.filledAt) / 1_000) * quota.refillPerSecond;
    bucket.tokens = Math.min(quota.bucket, bucket.tokens + refill);
    bucket.filledAt = now;
    this.#buckets.set(quota, bucket);
    return bucket;
  }
}
