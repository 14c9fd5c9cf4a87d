import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';

const rollout = {
  type: 'canary',
  size: { percent: 10 },
  waitSeconds: 180,
  bakeSeconds: 60,
} as const;

/** Abalone in containers, by canary, scaled on requests. */
export const abaloneInContainers = defineProject({
  ...(abalone as ProjectInput),
  serving: {
    type: 'container',
    rollout,
    autoscaling: { minimumTasks: 2, maximumTasks: 6, requestsPerTask: 600 },
  },
});

/** Abalone on Lambda, by canary, with something kept warm. */
export const abaloneOnLambda = defineProject({
  ...(abalone as ProjectInput),
  serving: { type: 'lambda', provisionedConcurrency: 2, rollout },
});
