import type { Construct } from 'constructs';
import type { ProjectResources } from '../project-resources.ts';
import { runOnFargate } from './fargate-task.ts';
import { runOnLambda } from './lambda-job.ts';
import { runInOneJob } from './one-job.ts';
import { runOnSageMaker } from './sagemaker-job.ts';
import type { StepJob, StepJobProps } from './step-work.ts';

/** A state that runs steps where the project says, and has the same name and meaning everywhere. */
export function stepJob(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  props: StepJobProps,
): StepJob {
  const compute = resources.compute[props.step];
  switch (compute.type) {
    case 'sagemaker':
      return compute.oneJob === undefined
        ? runOnSageMaker(scope, id, resources, props)
        : runInOneJob(scope, id, resources, { ...props, ...compute.oneJob });
    case 'fargate':
      return runOnFargate(scope, id, resources, { ...props, compute });
    case 'lambda':
      return runOnLambda(scope, id, resources, { ...props, compute });
  }
}
