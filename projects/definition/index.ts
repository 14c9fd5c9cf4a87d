export { defineProject } from './define-project.ts';
export type { Project, ProjectInput } from './project.ts';
export { ProjectError } from './project-error.ts';
export type { Rollout } from './rollout.ts';
export type { Serving } from './serving.ts';
