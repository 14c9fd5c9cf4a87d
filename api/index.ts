/** The contract of the HTTP API: routes, problems, scopes and groups. */
export {
  PROBLEM_MEDIA_TYPE,
  type ProblemDocument,
  type ProblemKind,
  problemSchema,
  problems,
  type RequestMistake,
  renderProblem,
} from './problem.ts';
export {
  type AnswerOf,
  BASE_PATH,
  type RequestOf,
  type Route,
  type Throttle,
} from './route.ts';
export { type RouteId, type Routes, routes, routesInOrder } from './routes.ts';
export { type Group, groups, nameScope, RESOURCE_SERVER, type Scope, scopes } from './scopes.ts';
