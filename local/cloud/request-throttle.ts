import type { Clock, EpochMs } from '../host/clock.ts';
import type { RequestQuota, Service } from './service.ts';
import { ServiceError } from './service-error.ts';

/** The account exceeded the request quota of an operation. */
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
 * Throttles requests that exceed AWS's quota of an operation: one token bucket for each operation, refilled
 * with the time of the cloud.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general
 */
export class RequestThrottle {
  readonly #clock: Clock;
  readonly #buckets = new Map<RequestQuota, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws ServiceError the service's own, or ThrottlingException: "Rate exceeded" */
  take(service: Service, operation: string): void {
    const quota = service.requestQuotas?.[operation];
    if (quota === undefined) return;
    const bucket = this.#filled(quota);
    if (bucket.tokens < 1) throw service.throttled?.() ?? new RateExceeded();
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
