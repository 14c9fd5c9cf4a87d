import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { planRollout, totalBakeSeconds } from './rollout-plan.ts';

type Routing = NonNullable<
  DeploymentConfig['BlueGreenUpdatePolicy']
>['TrafficRoutingConfiguration'];

const blueGreen = (routing: Routing): DeploymentConfig => ({
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: routing,
    TerminationWaitInSeconds: 60,
  },
});
const percent = (Value: number) => ({ Type: 'CAPACITY_PERCENT' as const, Value });
const count = (Value: number) => ({ Type: 'INSTANCE_COUNT' as const, Value });

/** The share and wait of each step. */
const cases: readonly (readonly [
  string,
  DeploymentConfig | undefined,
  number,
  readonly (readonly [number, number])[],
])[] = [
  ['nothing given: all at once, no baking', undefined, 3, [[1, 0]]],
  ['all at once', blueGreen({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 30 }), 1, [[1, 60]]],
  [
    'a canary by percent',
    blueGreen({ Type: 'CANARY', WaitIntervalInSeconds: 300, CanarySize: percent(10) }),
    1,
    [
      [0.1, 300],
      [1, 60],
    ],
  ],
  [
    'a canary by instances',
    blueGreen({ Type: 'CANARY', WaitIntervalInSeconds: 300, CanarySize: count(1) }),
    4,
    [
      [0.25, 300],
      [1, 60],
    ],
  ],
  [
    'linear steps that divide evenly',
    blueGreen({ Type: 'LINEAR', WaitIntervalInSeconds: 10, LinearStepSize: percent(25) }),
    4,
    [
      [0.25, 10],
      [0.5, 10],
      [0.75, 10],
      [1, 60],
    ],
  ],
  [
    'linear steps whose last is smaller',
    blueGreen({ Type: 'LINEAR', WaitIntervalInSeconds: 10, LinearStepSize: percent(40) }),
    5,
    [
      [0.4, 10],
      [0.8, 10],
      [1, 60],
    ],
  ],
  [
    'rolling batches whose last is smaller',
    { RollingUpdatePolicy: { MaximumBatchSize: count(2), WaitIntervalInSeconds: 30 } },
    5,
    [
      [0.4, 30],
      [0.8, 30],
      [1, 30],
    ],
  ],
  [
    'rolling by percent, rounded up to an instance',
    { RollingUpdatePolicy: { MaximumBatchSize: percent(5), WaitIntervalInSeconds: 0 } },
    2,
    [
      [0.5, 0],
      [1, 0],
    ],
  ],
];

describe('planRollout', () => {
  it.each(cases)('%s', (_, config, instances, expected) => {
    const plan = planRollout(config, instances);

    expect(plan.steps.map((step) => [step.share, step.bakeSeconds])).toEqual(expected);
    expect(totalBakeSeconds(plan)).toBe(expected.reduce((sum, [, seconds]) => sum + seconds, 0));
  });

  it('restores the old fleet in one batch by default', () => {
    const policy = { MaximumBatchSize: count(1), WaitIntervalInSeconds: 0 };

    const whole = planRollout({ RollingUpdatePolicy: policy }, 4);
    const batches = planRollout(
      { RollingUpdatePolicy: { ...policy, RollbackMaximumBatchSize: percent(50) } },
      4,
    );

    expect([whole.rollbackBatch, batches.rollbackBatch]).toEqual([4, 2]);
  });
});
