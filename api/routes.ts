import type { Route } from './route.ts';
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

/** Every route by its id. These files export routes only. */
export const routes = {
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

export type Routes = typeof routes;
export type RouteId = keyof Routes;

/** Every route, in the order of their paths: a bundler may give a file's exports in any order. */
export const routesInOrder: readonly Route[] = Object.values<Route>(routes).toSorted(
  (one, other) => (keyOf(one) < keyOf(other) ? -1 : 1),
);

function keyOf({ path, method }: Route): string {
  return `${path} ${method}`;
}
