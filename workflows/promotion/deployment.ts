import type { Project, Rollout } from '../../projects/index.ts';

/** Deployment guardrails in SageMaker's words; a serverless endpoint has none. */
export function renderDeployment(
  { serving }: Project,
  alarmNames: readonly string[],
): Record<string, unknown> {
  if (serving.type === 'serverless') return {};
  return { DeploymentConfig: renderGuardrails(serving.rollout, alarmNames) };
}

function renderGuardrails(
  rollout: Rollout,
  alarmNames: readonly string[],
): Record<string, unknown> {
  const rollback =
    alarmNames.length === 0
      ? {}
      : {
          AutoRollbackConfiguration: {
            Alarms: alarmNames.map((name) => ({ AlarmName: name })),
          },
        };
  if (rollout.type === 'rolling') {
    return {
      RollingUpdatePolicy: {
        MaximumBatchSize: capacity(rollout.batchPercent),
        WaitIntervalInSeconds: rollout.waitSeconds,
        MaximumExecutionTimeoutInSeconds: rollout.executionTimeoutSeconds,
      },
      ...rollback,
    };
  }
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: renderTraffic(rollout),
      TerminationWaitInSeconds: rollout.bakeSeconds,
      MaximumExecutionTimeoutInSeconds: rollout.executionTimeoutSeconds,
    },
    ...rollback,
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
