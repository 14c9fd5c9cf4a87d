import { expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { recordInvocationMetric } from './invocation-metrics.ts';

const record = { name: 'f', version: '3' };
const ofFunction = { FunctionName: 'f' };

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#metrics-dimensions
it.each([
  [undefined, [ofFunction, { ...ofFunction, Resource: 'f' }]],
  ['$LATEST', [ofFunction, { ...ofFunction, Resource: 'f:$LATEST' }]],
  ['3', [ofFunction, { ...ofFunction, Resource: 'f:3' }]],
  [
    'live',
    [
      ofFunction,
      { ...ofFunction, Resource: 'f:live' },
      { ...ofFunction, Resource: 'f:live', ExecutedVersion: '3' },
    ],
  ],
])(
  'an invocation of the qualifier %s is measured under each set of dimensions',
  (qualifier, sets) => {
    const recorded: unknown[] = [];
    const cloud = { recordMetric: (datum: unknown) => recorded.push(datum) } as unknown as Cloud;

    recordInvocationMetric(
      cloud,
      { record, qualifier },
      { name: 'Errors', value: 1, unit: 'Count' },
    );

    expect(recorded).toEqual(
      sets.map((dimensions) => ({
        namespace: 'AWS/Lambda',
        name: 'Errors',
        dimensions,
        value: 1,
        unit: 'Count',
      })),
    );
  },
);
