import type { Routes } from '../../../api/index.ts';
import { predictRecords } from '../predict-records.ts';
import { findPublic } from '../project-records.ts';
import type { RouteFunction } from '../route-function.ts';

export const predict: RouteFunction<Routes['predict']> = async ({ body }, { api }) =>
  predictRecords(api, await api.project(body.modelName), body);

export const predictPublicly: RouteFunction<Routes['predictPublicly']> = async (
  { path, body },
  { api },
) => {
  findPublic(api, path.project);
  return predictRecords(api, await api.project(path.project), body);
};
