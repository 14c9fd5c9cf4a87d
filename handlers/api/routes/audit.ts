import type { Routes } from '../../../api/index.ts';
import { readAudit } from '../audit.ts';
import type { RouteFunction } from '../route-function.ts';

export const listAudit: RouteFunction<Routes['listAudit']> = async ({ path, query }, { api }) => {
  const { facts } = await api.project(path.project);
  return readAudit(api, facts.project, query);
};
