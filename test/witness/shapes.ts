import { defineProject, type Project, type ProjectInput } from '../../definition/index.ts';
import { computedProjects } from '../../infra/testing/computed-projects.testing.ts';
import { abaloneOnLambda } from '../../infra/testing/served-projects.testing.ts';
import { retrainedAbalone } from '../../infra/testing/watched-project.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

const registry = { ...abalone.registry, packaging: 'single-container' } as const;
const trial = { type: 'shadow', timeLimitHours: 24, whenTimeIsUp: 'withdraw' } as const;

/** The shapes of a project's stack, each with a name for test titles. */
export const STACK_SHAPES: readonly [string, Project][] = [
  ['on instances', abalone],
  [
    'with trials',
    defineProject({
      ...(abalone as ProjectInput),
      registry,
      serving: { ...abalone.serving, trial },
    }),
  ],
  [
    'serverless',
    defineProject({
      ...(abalone as ProjectInput),
      registry,
      serving: { type: 'serverless', memoryMb: 2048, maxConcurrency: 5 },
    }),
  ],
  ['on Lambda', abaloneOnLambda],
  ['with scoring, monitoring and retraining', retrainedAbalone],
];

/** Those of projects whose trainings do not run on SageMaker. */
export const COMPUTED_SHAPES: readonly [string, Project][] = Object.entries(computedProjects).map(
  ([compute, project]) => [`with trainings on ${compute}`, project],
);
