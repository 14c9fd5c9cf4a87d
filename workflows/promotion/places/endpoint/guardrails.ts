import type { Project, Rollout } from '../../../../definition/index.ts';
import { jsonata } from '../../../jsonata.ts';

/**
 * Deployment guardrails in SageMaker's words; a serverless endpoint has none. The list of alarms may
 * not be empty, so that without alarms there is no configuration of them:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AutoRollbackConfig.html
 *
 * @param alarms an expression for the names of the alarms, where the project has any
 */
export function renderDeployment({ serving }: Project, alarms?: string): Record<string, unknown> {
  if (serving.type !== 'instances') return {};
  const policy = renderPolicy(serving.rollout);
  if (alarms === undefined) return { DeploymentConfig: policy };
  return {
    DeploymentConfig: jsonata(`(
  $guards := ${alarms};
  $merge([
    ${JSON.stringify(policy)},
    $count($guards) > 0 ? {"AutoRollbackConfiguration": {"Alarms": [$guards.{"AlarmName": $}]}} : {}
  ])
)`),
  };
}

function renderPolicy(rollout: Rollout): Record<string, unknown> {
  if (rollout.type === 'rolling') {
    return {
      RollingUpdatePolicy: {
        MaximumBatchSize: capacity(rollout.batchPercent),
        WaitIntervalInSeconds: rollout.waitSeconds,
        MaximumExecutionTimeoutInSeconds: rollout.executionTimeoutSeconds,
      },
    };
  }
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: renderTraffic(rollout),
      TerminationWaitInSeconds: rollout.bakeSeconds,
      MaximumExecutionTimeoutInSeconds: rollout.executionTimeoutSeconds,
    },
  };
}

type BlueGreen = Exclude<Rollout, { type: 'rolling' }>;

function renderTraffic(rollout: BlueGreen): Record<string, unknown> {
  switch (rollout.type) {
    case 'all-at-once':
      return { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 };
    case 'canary':
      return {
        Type: 'CANARY',
        WaitIntervalInSeconds: rollout.waitSeconds,
        CanarySize:
          'percent' in rollout.size
            ? capacity(rollout.size.percent)
            : { Type: 'INSTANCE_COUNT', Value: rollout.size.instances },
      };
    case 'linear':
      return {
        Type: 'LINEAR',
        WaitIntervalInSeconds: rollout.waitSeconds,
        LinearStepSize: capacity(rollout.stepPercent),
      };
  }
}

function capacity(percent: number): Record<string, unknown> {
  return { Type: 'CAPACITY_PERCENT', Value: percent };
}
