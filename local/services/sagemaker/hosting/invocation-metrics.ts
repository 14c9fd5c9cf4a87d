import type { Cloud } from '../../../cloud/cloud.ts';

/** The measurements of one answered request. */
export interface InvocationFacts {
  readonly endpointName: string;
  readonly variantName: string;
  readonly configName: string;
  /** Undefined for a serverless variant. */
  readonly instanceCount?: number;
  /** For a serverless variant: the concurrent requests, including this one, as a share of the maximum. */
  readonly concurrencyShare?: number;
  /** The status of the container; 0 if there is none. */
  readonly status: number;
  readonly modelLatencyMicroseconds: number;
  readonly overheadLatencyMicroseconds: number;
  readonly timestamp: number;
}

const NAMESPACE = 'AWS/SageMaker';

/**
 * Records the metrics of every request twice: by variant, and by variant and endpoint config, so that alarms
 * can distinguish the new fleet from the old one during an update. Requests are answered first; their
 * metrics follow in the same turn of the event loop.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export class InvocationMetrics {
  readonly #cloud: Cloud;
  /** Cached dimensions: the same objects for the same variant, so that CloudWatch can cache their keys. */
  readonly #dimensions = new Map<string, readonly Readonly<Record<string, string>>[]>();
  #pending: InvocationFacts[] = [];

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  record(facts: InvocationFacts): void {
    this.#pending.push(facts);
    if (this.#pending.length === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const facts of pending) this.#emit(facts);
  }

  #emit(facts: InvocationFacts): void {
    const failed = facts.status < 200 || facts.status > 299;
    const clientError = facts.status >= 400 && facts.status < 500;
    const values: readonly (readonly [string, number, string])[] = [
      ['Invocations', 1, 'Count'],
      ['Invocation4XXErrors', clientError ? 1 : 0, 'Count'],
      ['Invocation5XXErrors', failed && !clientError ? 1 : 0, 'Count'],
      ['ModelLatency', facts.modelLatencyMicroseconds, 'Microseconds'],
      ['OverheadLatency', facts.overheadLatencyMicroseconds, 'Microseconds'],
      ...(facts.instanceCount === undefined
        ? serverlessValues(facts)
        : ([
            ['InvocationsPerInstance', 1 / Math.max(1, facts.instanceCount), 'Count'],
            ['InvocationModelErrors', failed ? 1 : 0, 'Count'],
          ] as const)),
    ];
    const all = this.#dimensionsOf(facts);
    for (const [name, value, unit] of values) {
      for (const dimensions of all) {
        this.#cloud.recordMetric({
          namespace: NAMESPACE,
          name,
          dimensions,
          value,
          unit,
          timestamp: facts.timestamp,
        });
      }
    }
  }
  #dimensionsOf(facts: InvocationFacts): readonly Readonly<Record<string, string>>[] {
    const key = `${facts.endpointName}|${facts.variantName}|${facts.configName}`;
    let known = this.#dimensions.get(key);
    if (known === undefined) {
      const variant = { EndpointName: facts.endpointName, VariantName: facts.variantName };
      known = [variant, { ...variant, EndpointConfigName: facts.configName }];
      this.#dimensions.set(key, known);
    }
    return known;
  }
}

/** All metrics: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html */
function serverlessValues(facts: InvocationFacts): readonly (readonly [string, number, string])[] {
  return [['ServerlessConcurrentExecutionsUtilization', facts.concurrencyShare ?? 0, 'None']];
}
