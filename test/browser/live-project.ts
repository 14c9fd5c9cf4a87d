import { defineProject, type Project } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';

/** Abalone with a canary that can be watched: at the speed of the tests it takes six seconds of real time, and more while pages are asked. */
export const liveProject: Project = defineProject({
  ...abalone,
  publicPredict: true,
  // It learns for so few rounds that another algorithm is better.
  training: {
    ...abalone.training,
    hyperparameters: { ...abalone.training.hyperparameters, num_round: 8 },
  },
  serving: {
    ...abalone.serving,
    instanceCount: 2,
    rollout: {
      type: 'canary',
      size: { percent: 50 },
      waitSeconds: 180,
      bakeSeconds: 180,
      executionTimeoutSeconds: 3_600,
    },
  },
});
