import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { readCompareSearch } from '../pages/compare/compare-search.ts';
import { readDatasetsSearch } from '../pages/datasets/datasets-search.ts';
import { readDecideSearch } from '../pages/decide/decide-search.ts';
import { readExecutionSearch } from '../pages/execution/execution-search.ts';
import { readExecutionsSearch } from '../pages/executions/executions-search.ts';
import { readModelsSearch } from '../pages/models/models-search.ts';
import { readMonitoringSearch } from '../pages/monitoring/monitoring-search.ts';
import { readPredictSearch } from '../pages/predict/predict-search.ts';
import { readReportSearch } from '../pages/report/report-search.ts';
import { readScoringsSearch } from '../pages/scorings/scorings-search.ts';
import { readStartTrainingSearch } from '../pages/start-training/start-training-search.ts';
import { Broken } from './broken.tsx';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const getParentRoute = () => root;

const home = createRoute({
  getParentRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/dashboard', replace: true });
  },
});

const dashboard = createRoute({
  getParentRoute,
  path: '/dashboard',
  component: lazyRouteComponent(
    () => import('../pages/dashboard/dashboard-page.tsx'),
    'DashboardPage',
  ),
});

const delivery = createRoute({
  getParentRoute,
  path: '/delivery',
  component: lazyRouteComponent(
    () => import('../pages/delivery/delivery-page.tsx'),
    'DeliveryPage',
  ),
});

const models = createRoute({
  getParentRoute,
  path: '/models',
  validateSearch: readModelsSearch,
  component: lazyRouteComponent(() => import('../pages/models/models-page.tsx'), 'ModelsPage'),
});

const model = createRoute({
  getParentRoute,
  path: '/models/$version',
  component: lazyRouteComponent(() => import('../pages/models/model-page.tsx'), 'ModelPage'),
});

const compare = createRoute({
  getParentRoute,
  path: '/models/compare',
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import('../pages/compare/compare-page.tsx'), 'ComparePage'),
});

const decide = createRoute({
  getParentRoute,
  path: '/models/$version/decide',
  validateSearch: readDecideSearch,
  component: lazyRouteComponent(() => import('../pages/decide/decide-page.tsx'), 'DecidePage'),
});

const datasets = createRoute({
  getParentRoute,
  path: '/datasets',
  validateSearch: readDatasetsSearch,
  component: lazyRouteComponent(
    () => import('../pages/datasets/datasets-page.tsx'),
    'DatasetsPage',
  ),
});

const dataset = createRoute({
  getParentRoute,
  path: '/datasets/$project/$dataset',
  component: lazyRouteComponent(() => import('../pages/dataset/dataset-page.tsx'), 'DatasetPage'),
});

const predictProjects = createRoute({
  getParentRoute,
  path: '/predict',
  component: lazyRouteComponent(
    () => import('../pages/predict/projects-page.tsx'),
    'PredictProjectsPage',
  ),
});

const predict = createRoute({
  getParentRoute,
  path: '/predict/$project',
  validateSearch: readPredictSearch,
  component: lazyRouteComponent(() => import('../pages/predict/predict-page.tsx'), 'PredictPage'),
});

const executions = createRoute({
  getParentRoute,
  path: '/executions',
  validateSearch: readExecutionsSearch,
  component: lazyRouteComponent(
    () => import('../pages/executions/executions-page.tsx'),
    'ExecutionsPage',
  ),
});

const execution = createRoute({
  getParentRoute,
  path: '/executions/$project/$workflow/$execution',
  validateSearch: readExecutionSearch,
  component: lazyRouteComponent(
    () => import('../pages/execution/execution-page.tsx'),
    'ExecutionPage',
  ),
});

const startTraining = createRoute({
  getParentRoute,
  path: '/executions/start',
  validateSearch: readStartTrainingSearch,
  component: lazyRouteComponent(
    () => import('../pages/start-training/start-training-page.tsx'),
    'StartTrainingPage',
  ),
});

const endpoints = createRoute({
  getParentRoute,
  path: '/endpoints',
  component: lazyRouteComponent(
    () => import('../pages/endpoints/endpoints-page.tsx'),
    'EndpointsPage',
  ),
});

const endpoint = createRoute({
  getParentRoute,
  path: '/endpoints/$project',
  component: lazyRouteComponent(
    () => import('../pages/endpoint/endpoint-page.tsx'),
    'EndpointPage',
  ),
});

const rollback = createRoute({
  getParentRoute,
  path: '/endpoints/$project/rollback',
  component: lazyRouteComponent(
    () => import('../pages/endpoint/rollback-page.tsx'),
    'RollbackPage',
  ),
});

const scorings = createRoute({
  getParentRoute,
  path: '/scoring',
  validateSearch: readScoringsSearch,
  component: lazyRouteComponent(
    () => import('../pages/scorings/scorings-page.tsx'),
    'ScoringsPage',
  ),
});

const scoring = createRoute({
  getParentRoute,
  path: '/scoring/$project/$execution',
  component: lazyRouteComponent(() => import('../pages/scoring/scoring-page.tsx'), 'ScoringPage'),
});

const monitoring = createRoute({
  getParentRoute,
  path: '/monitoring',
  validateSearch: readMonitoringSearch,
  component: lazyRouteComponent(
    () => import('../pages/monitoring/monitoring-page.tsx'),
    'MonitoringPage',
  ),
});

const report = createRoute({
  getParentRoute,
  path: '/monitoring/$project/$report',
  validateSearch: readReportSearch,
  component: lazyRouteComponent(() => import('../pages/report/report-page.tsx'), 'ReportPage'),
});

/** Every page; what a page shows is in its address. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    dashboard,
    delivery,
    datasets,
    dataset,
    executions,
    startTraining,
    execution,
    models,
    compare,
    model,
    decide,
    endpoints,
    endpoint,
    rollback,
    predictProjects,
    predict,
    scorings,
    scoring,
    monitoring,
    report,
  ]),
  // What no page reads is left out of its search.
  search: { strict: true },
  // `/models/abalone:1`
  pathParamsAllowedCharacters: [':'],
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router;
  }
}
