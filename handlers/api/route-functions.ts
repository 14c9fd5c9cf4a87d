import type { RouteId, Routes } from '../../api/index.ts';
import type { RouteFunction } from './route-function.ts';
import * as audit from './routes/audit.ts';
import * as datasets from './routes/datasets.ts';
import * as delivery from './routes/delivery.ts';
import * as endpoints from './routes/endpoints.ts';
import * as executions from './routes/executions.ts';
import * as logs from './routes/logs.ts';
import * as models from './routes/models.ts';
import * as monitoring from './routes/monitoring.ts';
import * as overview from './routes/overview.ts';
import * as predictions from './routes/predictions.ts';
import * as projects from './routes/projects.ts';
import * as scoring from './routes/scoring.ts';
import * as states from './routes/states.ts';
import * as training from './routes/training.ts';
import * as trials from './routes/trials.ts';

/** The function of every route. These files export functions of routes only; one that is missing does not compile. */
export const routeFunctions: { readonly [Id in RouteId]: RouteFunction<Routes[Id]> } = {
  ...training,
  ...predictions,
  ...models,
  ...overview,
  ...projects,
  ...datasets,
  ...executions,
  ...scoring,
  ...monitoring,
  ...states,
  ...logs,
  ...endpoints,
  ...trials,
  ...audit,
  ...delivery,
};
