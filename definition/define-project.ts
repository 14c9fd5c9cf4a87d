import { type Project, type ProjectInput, projectSchema } from './project.ts';
import { describeMistakes, ProjectError } from './project-error.ts';
import type { Serving } from './serving.ts';

/** A project whose kind of endpoint is known. */
type ProjectOf<Kind extends Serving['type']> = Omit<Project, 'serving'> & {
  readonly serving: Extract<Serving, { type: Kind }>;
};

/**
 * Declares a project and fills in the defaults.
 *
 * @example
 * export const abalone = defineProject({ name: 'abalone', problem: 'regression', … });
 *
 * @throws ProjectError naming every mistake: field, rule, the value got, what to change
 */
export function defineProject<Input extends ProjectInput>(
  input: Input,
): ProjectOf<Input['serving']['type']> {
  const result = projectSchema.safeParse(input);
  if (result.success) return result.data as ProjectOf<Input['serving']['type']>;
  throw new ProjectError(input.name, describeMistakes(result.error, input));
}
