import type { RouteSettings } from '@aws-sdk/client-apigatewayv2';
import type { Clock } from '../../../host/clock.ts';
import type { StageRecord } from '../store.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Token buckets, one for each route of each stage. */
export class RouteThrottle {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a request of the route is within the limits; it counts then. */
  takes(stage: StageRecord, routeKey: string): boolean {
    const { rate, burst } = limitsOf(routeSettings(stage, routeKey));
    if (burst === undefined) return true;
    const bucket = this.#filled(`${stage.apiId}/${stage.id}/${routeKey}`, rate, burst);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #filled(key: string, rate: number, burst: number): Bucket {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAt: now };
    const refill = ((now - bucket.filledAt) / 1_000) * rate;
    bucket.tokens = Math.min(burst, bucket.tokens + refill);
    bucket.filledAt = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** The settings of a route of a stage: its own, else the default of the stage. */
export function routeSettings({ settings }: StageRecord, routeKey: string): RouteSettings {
  return { ...settings.DefaultRouteSettings, ...settings.RouteSettings?.[routeKey] };
}

function limitsOf({ ThrottlingRateLimit, ThrottlingBurstLimit }: RouteSettings) {
  const burst = ThrottlingBurstLimit ?? ThrottlingRateLimit;
  return { rate: ThrottlingRateLimit ?? Number.POSITIVE_INFINITY, burst };
}
