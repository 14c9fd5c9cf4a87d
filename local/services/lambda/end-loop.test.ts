import { beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import type { MetricDatum } from '../../cloud/service.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { endsLoop } from './end-loop.ts';
import { withInvocation } from './lineage.ts';
import type { LambdaStore } from './store.ts';

let cloud: Cloud;
let metrics: MetricDatum[];

beforeEach(() => {
  metrics = [];
  cloud = createTestCloud([
    () => ({
      name: 'cloudwatch',
      operations: {},
      accessDenied: () => new Error() as never,
      onMetric: (datum) => void metrics.push(datum),
    }),
  ]);
});

/** Whether the next invocation of a function is dropped after so many in its chain. */
function isDropped(invocations: number, recursiveLoop?: 'Allow' | 'Terminate'): boolean {
  const store = { settings: new Map([['f', { recursiveLoop }]]) } as unknown as LambdaStore;
  let header: string | undefined;
  for (let index = 0; index < invocations; index += 1) {
    header = withInvocation(header, cloud.arn('lambda', 'function:f'));
  }
  return endsLoop(cloud, store, 'f', header);
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html: approximately 16 times
describe('a loop of a function', () => {
  it.each<[invocations: number, setting: 'Allow' | 'Terminate' | undefined, dropped: boolean]>([
    [0, undefined, false],
    [15, undefined, false],
    [16, undefined, true],
    [17, undefined, true],
    [16, 'Terminate', true],
    [16, 'Allow', false],
  ])('after %i invocations, set to %s, ends: %s', (invocations, setting, dropped) => {
    expect(isDropped(invocations, setting)).toBe(dropped);
    expect(metrics.map(({ name, dimensions, value }) => [name, dimensions, value])).toEqual(
      dropped ? [['RecursiveInvocationsDropped', { FunctionName: 'f' }, 1]] : [],
    );
  });
});
