import { expect, it } from 'vitest';
import type { MetricDatum } from '../../../cloud/service.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { createVirtualClock } from '../../../host/clock.ts';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import { Utilization, type VariantProcesses } from './utilization.ts';

const MINUTE_MS = 60_000;

function createWorld(variants: readonly VariantProcesses[]) {
  const clock = createVirtualClock();
  const metrics: MetricDatum[] = [];
  const cloud = createTestCloud(
    [
      () => ({
        name: 'cloudwatch',
        operations: {},
        accessDenied: (message) => new ServiceError('AccessDenied', message),
        onMetric: (datum) => void metrics.push(datum),
      }),
    ],
    { clock },
  );
  return { clock, metrics, utilization: new Utilization(cloud, () => variants) };
}

const valueOf = (metrics: readonly MetricDatum[], name: string) =>
  metrics.findLast((datum) => datum.name === name)?.value;

/** Keeps this process busy; the kernel counts in hundredths of a second. */
function burn(cpuSeconds: number): void {
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < cpuSeconds * 1_000_000);
}

/** Elsewhere the kernel has no such counters. */
const IS_LINUX = process.platform === 'linux';

// https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html: 100 percent for each busy core, once a minute.
it.runIf(IS_LINUX)(
  'a variant’s processor and memory are measured from one sample to the next',
  () => {
    const { metrics, utilization } = createWorld([
      { endpointName: 'e', variantName: 'v', processIds: [process.pid] },
    ]);

    utilization.sample();
    const first = valueOf(metrics, 'CPUUtilization');
    const since = performance.now();
    const cpuBefore = process.cpuUsage();
    burn(0.1);
    utilization.sample();
    const passedMs = performance.now() - since;
    const { user, system } = process.cpuUsage(cpuBefore);

    expect(first).toBe(0);
    expect(metrics.slice(2)).toEqual([
      {
        namespace: '/aws/sagemaker/Endpoints',
        name: 'CPUUtilization',
        dimensions: { EndpointName: 'e', VariantName: 'v' },
        value: expect.any(Number),
        unit: 'Percent',
      },
      {
        namespace: '/aws/sagemaker/Endpoints',
        name: 'MemoryUtilization',
        dimensions: { EndpointName: 'e', VariantName: 'v' },
        value: expect.any(Number),
        unit: 'Percent',
      },
    ]);
    const expected = ((user + system) / 1_000 / passedMs) * 100;
    const twoTicks = (20 / passedMs) * 100;
    expect(valueOf(metrics, 'CPUUtilization')).toBeGreaterThan(expected - twoTicks);
    expect(valueOf(metrics, 'CPUUtilization')).toBeLessThan(expected + twoTicks);
    expect(valueOf(metrics, 'MemoryUtilization')).toBeGreaterThan(0);
    expect(valueOf(metrics, 'MemoryUtilization')).toBeLessThan(100);
  },
);

it.runIf(IS_LINUX)('the processes of a variant count together', () => {
  const [one, three] = [1, 3].map((count) => {
    const processIds = Array.from({ length: count }, () => process.ppid);
    const { metrics, utilization } = createWorld([
      { endpointName: 'e', variantName: 'v', processIds },
    ]);
    utilization.sample();
    return valueOf(metrics, 'MemoryUtilization') ?? 0;
  });

  expect(three).toBeCloseTo(3 * (one ?? 0), 1);
});

it.runIf(IS_LINUX)('a variant is measured once a minute until it stops', () => {
  const { clock, metrics, utilization } = createWorld([
    { endpointName: 'e', variantName: 'v', processIds: [process.pid] },
  ]);

  utilization.start();
  const counts = [MINUTE_MS - 1, 1, MINUTE_MS].map((passed) => {
    clock.advance(passed);
    return metrics.length;
  });
  utilization.stop();
  clock.advance(2 * MINUTE_MS);

  expect(counts).toEqual([0, 2, 4]);
  expect(metrics).toHaveLength(4);
});

it('nothing is recorded for processes that have ended', () => {
  const { metrics, utilization } = createWorld([
    { endpointName: 'e', variantName: 'v', processIds: [2 ** 30] },
    { endpointName: 'e', variantName: 'none', processIds: [] },
  ]);

  utilization.sample();

  expect(metrics).toEqual([]);
});
