import { defineProject } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';

/** Abalone with everything that a project need not have, and rollouts that are short. */
export const watchedProject = defineProject({
  ...abalone,
  scoring: {},
  monitoring: { schedule: { expression: 'rate(1 day)' }, windowHours: 12 },
  retraining: {},
  serving: {
    ...abalone.serving,
    capturePercent: 100,
    rollout: { type: 'all-at-once', bakeSeconds: 60, executionTimeoutSeconds: 3_600 },
  },
});
