import type { LambdaServing } from '../../../../definition/index.ts';
import type { ProjectResources } from '../../../project-resources.ts';

/**
 * How the project serves on Lambda.
 *
 * @throws Error for a project that serves elsewhere
 */
export function servingOf({ project: { serving } }: ProjectResources): LambdaServing {
  if (serving.type !== 'lambda') throw new Error(`A project on "${serving.type}" has no function.`);
  return serving;
}
