import type { Cloud } from '../../cloud/cloud.ts';
import { type FunctionRecord, LATEST } from './store.ts';

/** Of an invocation: the version that ran, and the version or alias that was named. */
interface Measured {
  readonly record: Pick<FunctionRecord, 'name' | 'version'>;
  readonly qualifier: string | undefined;
}

/**
 * Records a metric of an invocation under every set of dimensions that Lambda has: of the function, of the version or
 * alias that was invoked, and of an alias by the version that ran, which is how two versions that share its requests are
 * distinguished. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function recordInvocationMetric(
  cloud: Cloud,
  { record: { name, version }, qualifier }: Measured,
  metric: { readonly name: string; readonly value: number; readonly unit: string },
): void {
  const ofFunction = { FunctionName: name };
  const ofResource = {
    ...ofFunction,
    Resource: qualifier === undefined ? name : `${name}:${qualifier}`,
  };
  const isAlias = qualifier !== undefined && qualifier !== LATEST && !/^\d+$/.test(qualifier);
  const sets = [
    ofFunction,
    ofResource,
    ...(isAlias ? [{ ...ofResource, ExecutedVersion: version }] : []),
  ];
  for (const dimensions of sets) {
    cloud.recordMetric({ namespace: 'AWS/Lambda', dimensions, ...metric });
  }
}
