/** The machine learning problems this app runs; `infra/` makes one stack of each. */

export { abalone } from './abalone/project.ts';
export { generateAbaloneSample } from './abalone/sample.ts';
export {
  defineProject,
  findCapturePercent,
  findInstances,
  findTrial,
  type InstanceServing,
  type Project,
  ProjectError,
  type ProjectInput,
  type Rollout,
  type Serving,
  type Trial,
} from './definition/index.ts';

import { abalone } from './abalone/project.ts';
import type { Project } from './definition/index.ts';

/** Every project, in the order of their stacks. */
export const projects: readonly Project[] = [abalone];
