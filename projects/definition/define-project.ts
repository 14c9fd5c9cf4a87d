import { type Project, type ProjectInput, projectSchema } from './project.ts';
import { ProjectError } from './project-error.ts';

/**
 * Declares a project and fills in the defaults.
 *
 * @example
 * export const abalone = defineProject({ name: 'abalone', problem: 'regression', … });
 *
 * @throws ProjectError naming every mistake: field, rule, the value got, what to change
 */
export function defineProject(input: ProjectInput): Project {
  const result = projectSchema.safeParse(input);
  if (result.success) return result.data;
  throw new ProjectError(input.name, result.error, input);
}
