import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';

const rollout = {
  type: 'canary',
  size: { percent: 10 },
  waitSeconds: 180,
  bakeSeconds: 60,
} as const;

/** Abalone on Lambda, by canary, with something kept warm. */
export const abaloneOnLambda = defineProject({
  ...(abalone as ProjectInput),
  serving: { type: 'lambda', provisionedConcurrency: 2, rollout },
});
