import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';

const rollout = {
  type: 'canary',
  size: { percent: 10 },
  waitSeconds: 180,
  bakeSeconds: 60,
} as const;

/** Abalone in containers, by canary, scaled on processors. */
export const abaloneInContainers = defineProject({
  ...(abalone as ProjectInput),
  serving: {
    type: 'container',
    rollout,
    autoscaling: { minimumTasks: 2, maximumTasks: 6, cpuPercent: 60 },
  },
});

/** Abalone on Lambda, by canary, with something kept warm. */
export const abaloneOnLambda = defineProject({
  ...(abalone as ProjectInput),
  serving: { type: 'lambda', provisionedConcurrency: 2, rollout },
});
