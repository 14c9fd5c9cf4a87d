import { defineProject, type Project, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { adherence } from '../../projects/adherence/project.ts';
import { titanic } from '../../projects/titanic/project.ts';

/** Projects whose trainings do not run in the images of SageMaker. */
export const computedProjects = {
  lambda: defineProject({ ...(abalone as ProjectInput), compute: 'lambda' }),
  fargate: defineProject({
    ...(adherence as ProjectInput),
    compute: { type: 'fargate', vcpu: 4, memoryMb: 16_384, spot: true },
  }),
  'one-job': defineProject({ ...(titanic as ProjectInput), compute: 'lambda', oneJob: true }),
  'one-job-sagemaker': defineProject({ ...(titanic as ProjectInput), oneJob: true }),
} satisfies Record<string, Project>;
