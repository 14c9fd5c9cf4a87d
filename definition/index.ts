export { defineProject } from './define-project.ts';
export type { Project, ProjectInput } from './project.ts';
export { ProjectError } from './project-error.ts';
export type { Rollout } from './rollout.ts';
export {
  findCapturePercent,
  findInstances,
  findTrial,
  type InstanceServing,
  type Serving,
} from './serving.ts';
export type { Trial } from './trial.ts';
