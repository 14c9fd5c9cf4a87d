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
export type { Config, ConfigInput, Environment } from './config/config.ts';
export { ConfigError } from './config/config-error.ts';
export { defineConfig } from './config/define-config.ts';
export type { DeploymentWindow } from './config/deployment-window.ts';
export { ENCRYPTIONS, type Encryption } from './config/encryption.ts';
export type { Budget } from './config/environment.ts';
export { leavesAccount } from './config/leaves-account.ts';
export type { Pipeline } from './config/pipeline.ts';
export { describeThrown } from './config/read-plain.ts';
export { BUDGET_REGIONS, REGIONS, type Region } from './config/regions.ts';
export { salvageEnvironments } from './config/salvage-environments.ts';
export { type WorkflowRollout, workflowRolloutSchema } from './config/workflow-rollout.ts';
export { type ContainerServing, longestDeploymentSeconds } from './container-serving.ts';
export { defineProject } from './define-project.ts';
export { findMeant } from './find-meant.ts';
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
