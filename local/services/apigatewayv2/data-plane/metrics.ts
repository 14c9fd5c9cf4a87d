import type { Cloud } from '../../../cloud/cloud.ts';
import type { Outcome } from './access-log.ts';
import { type Exchange, routeKeyOf } from './exchange.ts';
import { routeSettings } from './throttle.ts';

/**
 * Records the metrics of a request: of the API, of the stage, and with detailed metrics of the route.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function recordMetrics(cloud: Cloud, exchange: Exchange, outcome: Outcome): void {
  const values: (readonly [name: string, value: number, unit: string])[] = [
    ['Count', 1, 'Count'],
    ['4xx', outcome.status >= 400 && outcome.status < 500 ? 1 : 0, 'Count'],
    ['5xx', outcome.status >= 500 ? 1 : 0, 'Count'],
    ['Latency', outcome.latencyMs, 'Milliseconds'],
    ['DataProcessed', outcome.bytes, 'Bytes'],
  ];
  const { integration } = exchange;
  if (integration !== undefined) {
    values.push(['IntegrationLatency', integration.latencyMs, 'Milliseconds']);
  }
  for (const dimensions of dimensionsOf(exchange)) {
    for (const [name, value, unit] of values) {
      cloud.recordMetric({ namespace: 'AWS/ApiGateway', name, dimensions, value, unit });
    }
  }
}

function dimensionsOf(exchange: Exchange): readonly Readonly<Record<string, string>>[] {
  const ApiId = exchange.api.id;
  const Stage = exchange.stage.id;
  const key = routeKeyOf(exchange);
  const all = [{ ApiId }, { ApiId, Stage }];
  if (key === undefined) return all;
  if (routeSettings(exchange.stage, key).DetailedMetricsEnabled !== true) return all;
  const [Method = '', Resource = key] = key.split(' ');
  return [...all, { ApiId, Stage, Method, Resource }];
}
