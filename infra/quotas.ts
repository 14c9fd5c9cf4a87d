import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { findInstances, type Project } from '../definition/index.ts';

/** A quota by its name in Service Quotas, and what one training or rollout at a time needs of it. */
export interface NeededQuota {
  readonly name: string;
  readonly value: number;
}

/** What an account must have before the project's first upload and promotion. */
export function listNeededQuotas(project: Project): NeededQuota[] {
  const { processing, evaluation, training, serving, scoring, monitoring } = project;
  const needed = [
    { name: `${processing.instanceType} for processing job usage`, value: 1 },
    { name: `${evaluation.instanceType} for processing job usage`, value: 1 },
    {
      name: `${training.instanceType} for ${training.spot === undefined ? '' : 'spot '}training job usage`,
      value: training.instanceCount,
    },
    servingQuota(serving),
    ...(scoring === undefined
      ? []
      : [{ name: `${scoring.instanceType} for transform job usage`, value: 1 }]),
    ...[scoring, monitoring].flatMap((job) =>
      job === undefined ? [] : [{ name: `${job.instanceType} for processing job usage`, value: 1 }],
    ),
  ];
  const highest = new Map<string, number>();
  for (const { name, value } of needed) highest.set(name, Math.max(value, highest.get(name) ?? 0));
  return [...highest].map(([name, value]) => ({ name, value }));
}

function servingQuota(serving: Project['serving']): NeededQuota {
  const instances = findInstances(serving);
  if (instances === undefined || serving.type === 'serverless') {
    return {
      name: 'Maximum total concurrency that can be allocated across all serverless endpoints',
      value: serving.type === 'serverless' ? serving.maxConcurrency : 0,
    };
  }
  const { instanceType, instanceCount, autoscaling, rollout, trial } = instances;
  const fleet = autoscaling?.maximumInstances ?? instanceCount;
  const besides =
    rollout.type === 'rolling' ? Math.ceil((fleet * rollout.batchPercent) / 100) : fleet;
  const onTrial = trial === undefined ? 0 : (trial.instanceCount ?? fleet);
  // A trial begins and ends with an update of both fleets, and the promoted model with one of its own.
  return {
    name: `${instanceType} for endpoint usage`,
    value: fleet + onTrial + Math.max(besides, trial === undefined ? 0 : fleet + onTrial),
  };
}

/** Adds them to the outputs of the stack, which are read before the first deployment. */
export function outputNeededQuotas(stack: Stack, project: Project): void {
  new CfnOutput(stack, 'NeededQuotas', {
    description: 'Quotas of Amazon SageMaker in Service Quotas that this project needs at least',
    value: listNeededQuotas(project)
      .map(({ name, value }) => `${name}: ${value}`)
      .join('; '),
  });
}
