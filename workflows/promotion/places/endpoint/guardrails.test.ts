import { expect, it } from 'vitest';
import type { Project, Rollout } from '../../../../definition/index.ts';
import { renderDeployment } from './guardrails.ts';

const deploymentOf = (rollout: Rollout) =>
  renderDeployment({ serving: { type: 'instances', rollout } } as Project)['DeploymentConfig'];
const times = { waitSeconds: 60, bakeSeconds: 120, executionTimeoutSeconds: 1_800 };
const blueGreen = (TrafficRoutingConfiguration: object) => ({
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration,
    TerminationWaitInSeconds: 120,
    MaximumExecutionTimeoutInSeconds: 1_800,
  },
});

// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
it.each<[Rollout, object]>([
  [
    { type: 'all-at-once', bakeSeconds: 120, executionTimeoutSeconds: 1_800 },
    blueGreen({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }),
  ],
  [
    { type: 'canary', size: { instances: 2 }, ...times },
    blueGreen({
      Type: 'CANARY',
      WaitIntervalInSeconds: 60,
      CanarySize: { Type: 'INSTANCE_COUNT', Value: 2 },
    }),
  ],
  [
    { type: 'canary', size: { percent: 10 }, ...times },
    blueGreen({
      Type: 'CANARY',
      WaitIntervalInSeconds: 60,
      CanarySize: { Type: 'CAPACITY_PERCENT', Value: 10 },
    }),
  ],
  [
    { type: 'linear', stepPercent: 25, ...times },
    blueGreen({
      Type: 'LINEAR',
      WaitIntervalInSeconds: 60,
      LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 25 },
    }),
  ],
  [
    { type: 'rolling', batchPercent: 20, waitSeconds: 60, executionTimeoutSeconds: 1_800 },
    {
      RollingUpdatePolicy: {
        MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 20 },
        WaitIntervalInSeconds: 60,
        MaximumExecutionTimeoutInSeconds: 1_800,
      },
    },
  ],
])('a rollout of %j is a deployment in the words of SageMaker', (rollout, deployment) => {
  expect(deploymentOf(rollout)).toEqual(deployment);
});
