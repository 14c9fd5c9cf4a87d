import * as z from 'zod';
import { defineProject, type Project, type ProjectInput } from '../definition/index.ts';

/** Where trainings run in this deployment: of all projects, or by project. */
export const computeSettingSchema = z
  .union(
    [
      z.enum(['sagemaker', 'fargate', 'lambda']),
      z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())])),
    ],
    {
      error: `"sagemaker", "fargate" or "lambda" for all projects, or one of them by project; on the command line as JSON, for example '{"abalone":"lambda","titanic":{"type":"fargate","vcpu":4}}'`,
    },
  )
  .optional();

export type ComputeSetting = z.output<typeof computeSettingSchema>;

/**
 * The project with all of its steps on this deployment's compute. Beside the sizes of a compute,
 * the setting may have `oneJob`.
 *
 * @throws ProjectError naming every reason why the project cannot train there
 */
export function withCompute(project: Project, setting: ComputeSetting): Project {
  const chosen = typeof setting === 'string' ? setting : setting?.[project.name];
  if (chosen === undefined) return project;
  const { oneJob = project.oneJob, ...compute } =
    typeof chosen === 'string' ? { type: chosen } : chosen;
  return defineProject({
    ...project,
    // The schema of projects judges both.
    compute: compute as ProjectInput['compute'],
    oneJob: oneJob as boolean,
    processing: { ...project.processing, compute: undefined },
    training: { ...project.training, compute: undefined },
    evaluation: { ...project.evaluation, compute: undefined },
  });
}
