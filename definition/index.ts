export {
  canSolve,
  hyperparametersSchema,
  judgeHyperparameter,
  suggestName,
} from './algorithms.ts';
export {
  type Compute,
  type FargateSize,
  type LambdaSize,
} from './compute.ts';
export { type ContainerServing, longestDeploymentSeconds } from './container-serving.ts';
export { defineProject } from './define-project.ts';
export {
  type ComputedStep,
  computedSteps,
  findCompute,
  findTimeLimit,
  findTimeOfOneJob,
} from './judge-compute.ts';
export type { LambdaServing } from './lambda-serving.ts';
export { KIT_FOLDER, type Project, type ProjectInput } from './project.ts';
export { ProjectError } from './project-error.ts';
export { MAXIMUM_NAME_CHARACTERS, PROJECT_NAME, RESERVED_WORDS } from './project-name.ts';
export type { Rollout } from './rollout.ts';
export type { Schedule } from './schedule.ts';
export {
  type AlarmBounds,
  type EndpointServing,
  findAlarmBounds,
  findCapturePercent,
  findInstances,
  findTrial,
  type InstanceServing,
  isEndpoint,
  type Serving,
} from './serving.ts';
export type { Trial } from './trial.ts';
export type { Monitoring, Retraining, Scoring } from './watching.ts';
