import { defineProject, type Project, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/index.ts';

const registry = { ...abalone.registry, packaging: 'single-container' } as const;
const trial = { type: 'shadow', timeLimitHours: 24, whenTimeIsUp: 'withdraw' } as const;

/** The shapes that a project's stack can have, each with a name for the title of a test. */
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
];
