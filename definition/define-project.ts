import { judgeProject, type Project, type ProjectInput, projectSchema } from './project.ts';
import { describeMistake, describeMistakes, ProjectError } from './project-error.ts';
import type { Serving } from './serving.ts';

/** A project whose kind of endpoint is known. */
type ProjectOf<Kind extends Serving['type']> = Omit<Project, 'serving'> & {
  readonly serving: Extract<Serving, { type: Kind }>;
};

/** Without `serving`, a project serves from instances. */
type KindOf<Input extends ProjectInput> = Input extends {
  readonly serving: { readonly type: infer Kind extends Serving['type'] };
}
  ? Kind
  : 'instances';

/**
 * Declares a project and fills in the defaults.
 *
 * @example
 * export const abalone = defineProject({ name: 'abalone', problem: 'regression', … });
 *
 * @throws ProjectError naming every mistake: field, rule, the value got, what to change
 */
export function defineProject<Input extends ProjectInput>(input: Input): ProjectOf<KindOf<Input>> {
  const result = projectSchema.safeParse(input);
  const mistakes = [
    ...(result.success ? [] : describeMistakes(result.error, { schema: projectSchema, input })),
    ...judgeProject(input).map(describeMistake),
  ];
  if (!result.success || mistakes.length > 0) throw new ProjectError(input.name, mistakes);
  return result.data as ProjectOf<KindOf<Input>>;
}
