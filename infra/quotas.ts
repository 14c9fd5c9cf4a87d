import { CfnOutput, type Stack } from 'aws-cdk-lib';
import {
  type ComputedStep,
  computedSteps,
  findCompute,
  type Project,
} from '../definition/index.ts';

/** A quota by its name in Service Quotas, and what one training or rollout at a time needs of it. */
export interface NeededQuota {
  readonly name: string;
  readonly value: number;
}

/** What an account must have before the project's first upload and promotion. */
export function listNeededQuotas(project: Project): NeededQuota[] {
  const { serving, scoring, monitoring } = project;
  const needed = [
    // One job prepares and evaluates on the instance of training; models are still compared by the evaluation.
    ...(['prepare', 'evaluate', 'train'] as const)
      .filter((step) => step !== 'prepare' || !project.oneJob)
      .map((step) => stepQuota(project, step)),
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

/** Steps run one after another: what they need is not added up. */
function stepQuota(project: Project, step: ComputedStep): NeededQuota {
  const compute = findCompute(project, step);
  if (compute.type === 'fargate') {
    return {
      name: `Fargate ${compute.spot ? 'Spot' : 'On-Demand'} vCPU resource count`,
      value: compute.vcpu,
    };
  }
  if (compute.type === 'lambda') return { name: 'Concurrent executions (AWS Lambda)', value: 1 };
  const { training } = project;
  if (step !== 'train') {
    const { instanceType } = project[computedSteps[step]];
    return { name: `${instanceType} for processing job usage`, value: 1 };
  }
  return {
    name: `${training.instanceType} for ${training.spot === undefined ? '' : 'spot '}training job usage`,
    value: training.instanceCount,
  };
}

function servingQuota(serving: Project['serving']): NeededQuota {
  if (serving.type === 'serverless') {
    return {
      name: 'Maximum total concurrency that can be allocated across all serverless endpoints',
      value: serving.maxConcurrency,
    };
  }
  if (serving.type === 'lambda') {
    // Two versions have what is provisioned while one takes over.
    const { provisionedConcurrency = 1, reservedConcurrency = 0 } = serving;
    return {
      name: 'Concurrent executions (AWS Lambda)',
      value: Math.max(2 * provisionedConcurrency, reservedConcurrency),
    };
  }
  if (serving.type === 'container') {
    const tasks = serving.autoscaling?.maximumTasks ?? serving.taskCount;
    return { name: 'Fargate On-Demand vCPU resource count', value: 2 * tasks * serving.vcpu };
  }
  const instances = serving;
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
    description: 'Quotas in Service Quotas that this project needs at least',
    value: listNeededQuotas(project)
      .map(({ name, value }) => `${name}: ${value}`)
      .join('; '),
  });
}
