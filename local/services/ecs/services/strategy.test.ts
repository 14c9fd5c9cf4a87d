import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { planRolling } from './rolling.ts';
import { breakerThreshold, throttleMs, trafficSteps } from './strategy.ts';

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html:
// half of the desired tasks, at least 3 and at most 200.
describe('the circuit breaker', () => {
  it.each<[string, object | undefined, number, number]>([
    ['at 3 failed tasks of one', undefined, 1, 3],
    ['at 3 failed tasks of six', undefined, 6, 3],
    ['at 4 failed tasks of seven', undefined, 7, 4],
    ['at 200 failed tasks of 400', undefined, 400, 200],
    ['at 200 failed tasks of 1,000', undefined, 1_000, 200],
    ['at a bounded percentage', { type: 'BOUNDED_PERCENT', value: 10 }, 100, 10],
    ['at an unbounded percentage', { type: 'UNBOUNDED_PERCENT', value: 100 }, 1_000, 1_000],
    ['at one task of an unbounded percentage', { type: 'UNBOUNDED_PERCENT', value: 1 }, 0, 1],
    ['at a number', { type: 'COUNT', value: 7 }, 1, 7],
  ])('opens %s', (_name, thresholdConfiguration, desiredCount, threshold) => {
    const configuration = {
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        ...(thresholdConfiguration !== undefined && { thresholdConfiguration }),
      },
    };

    expect(breakerThreshold(configuration as DeploymentConfiguration, desiredCount)).toBe(
      threshold,
    );
  });
});

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html and API_LinearConfiguration.html
describe('the traffic', () => {
  it.each<[DeploymentConfiguration, readonly (readonly [weight: number, minutes: number])[]]>([
    [{ strategy: 'BLUE_GREEN' }, [[100, 0]]],
    [
      { strategy: 'CANARY' },
      [
        [5, 10],
        [100, 0],
      ],
    ],
    [{ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100 } }, [[100, 0]]],
    [
      {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 99.9, canaryBakeTimeInMinutes: 0 },
      },
      [
        [99.9, 0],
        [100, 0],
      ],
    ],
    [
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 } },
      [
        [50, 1],
        [100, 0],
      ],
    ],
    [
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 40 } },
      [
        [40, 6],
        [80, 6],
        [100, 0],
      ],
    ],
    [
      { strategy: 'LINEAR' },
      [...Array.from({ length: 9 }, (_, index) => [10 * (index + 1), 6] as const), [100, 0]],
    ],
  ])('of %j shifts in steps', (configuration, steps) => {
    expect(trafficSteps(configuration)).toEqual(
      steps.map(([weight, minutes]) => ({ weight, bakeMs: minutes * 60_000 })),
    );
  });
});

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html: with 4 tasks, 50 and 200 percent,
// 2 may be stopped before 2 start; 100 and 200 percent start 4 before 4 stop.
describe('a rolling deployment', () => {
  const situation = {
    desiredCount: 4,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    own: 0,
    ownHealthy: 0,
    othersHealthy: 4,
  };
  it.each([
    ['starts all where there is room', {}, { start: 4, stopHealthy: 0 }],
    ['stops none while the new ones start', { own: 4 }, { start: 0, stopHealthy: 0 }],
    ['stops one for each that is healthy', { own: 4, ownHealthy: 1 }, { start: 0, stopHealthy: 1 }],
    ['stops all in the end', { own: 4, ownHealthy: 4 }, { start: 0, stopHealthy: 4 }],
    [
      'stops half first where there is no room',
      { minimumHealthyPercent: 50, maximumPercent: 100 },
      { start: 0, stopHealthy: 2 },
    ],
    [
      'starts in the room of the stopped ones',
      { minimumHealthyPercent: 50, maximumPercent: 100, othersHealthy: 2 },
      { start: 2, stopHealthy: 0 },
    ],
    [
      'rounds the minimum up and the maximum down',
      { desiredCount: 3, minimumHealthyPercent: 50, maximumPercent: 150, othersHealthy: 3 },
      { start: 1, stopHealthy: 1 },
    ],
    [
      'stops what is too much after a change of the count',
      { desiredCount: 1, own: 1, ownHealthy: 1, othersHealthy: 3 },
      { start: 0, stopHealthy: 3 },
    ],
    [
      'starts what has ended',
      { own: 3, ownHealthy: 3, othersHealthy: 0 },
      { start: 1, stopHealthy: 0 },
    ],
  ])('%s', (_name, change, plan) => {
    expect(planRolling({ ...situation, ...change })).toEqual(plan);
  });
});

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html: for at most 27 minutes.
it.each([
  [3, 0],
  [4, 10],
  [5, 20],
  [11, 1_280],
  [12, 1_620],
])('after %i failed tasks, none starts for %i seconds', (failures, seconds) => {
  expect(throttleMs(failures)).toBe(seconds * 1_000);
});
