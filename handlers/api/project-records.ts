import type { ProjectFacts } from '../../events/index.ts';
import { describeUnknownProject } from '../../operations/index.ts';
import type { Api } from './api-state.ts';
import { ProblemError } from './problem-error.ts';

/** The columns of a record: all but the label. */
export function recordColumns({ columns, label }: Pick<ProjectFacts, 'columns' | 'label'>) {
  return columns.filter(({ name }) => name !== label);
}

/**
 * A project that everyone may ask.
 *
 * @throws ProblemError `project-not-found` of every other, so that strangers learn of none
 */
export function findPublic(api: Api, name: string): ProjectFacts {
  const facts = api.options.projects.find(({ project }) => project === name);
  if (facts?.publicPredict === true) return facts;
  throw new ProblemError('project-not-found', describeUnknownProject(name));
}
