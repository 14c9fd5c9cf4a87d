import type { Routes } from '../../../api/index.ts';
import { findPublic, recordColumns } from '../project-records.ts';
import type { RouteFunction } from '../route-function.ts';

export const listProjects: RouteFunction<Routes['listProjects']> = async (_request, { api }) => ({
  environment: api.options.environment,
  projects: (await api.projects()).map(({ facts }) => ({
    project: facts.project,
    description: facts.description,
    problem: facts.problem,
    publicPredict: facts.publicPredict,
  })),
});

export const getProjectSchema: RouteFunction<Routes['getProjectSchema']> = async (
  { path },
  { api },
) => {
  const { facts } = await api.project(path.project);
  const {
    contentTypes: _types,
    jobNamePrefixes: _prefixes,
    monitoring: _monitoring,
    ...shown
  } = facts;
  return { ...shown, recordColumns: recordColumns(facts).map(({ name }) => name) };
};

export const getPublicForm: RouteFunction<Routes['getPublicForm']> = async ({ path }, { api }) => {
  const facts = findPublic(api, path.project);
  const { project, description, problem, label, delimiter, decimal, thousands } = facts;
  const place = facts.columns.findIndex(({ name }) => name === label);
  const labelPosition = place < 0 && facts.labelColumn === 'last' ? facts.columns.length : place;
  return {
    project,
    description,
    problem,
    label,
    delimiter,
    decimal,
    thousands,
    labelPosition: labelPosition < 0 ? undefined : labelPosition,
    columns: recordColumns(facts),
  };
};
