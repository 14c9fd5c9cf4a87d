import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { clusterOperations } from './clusters.ts';
import { AccessDeniedException, InvalidParameterException } from './errors.ts';
import { ServiceBalancers } from './services/balancers.ts';
import type { ServicesContext } from './services/context.ts';
import { deploymentOperations } from './services/deployment-operations.ts';
import { ServiceStore } from './services/records.ts';
import { ServiceControllers } from './services/service-controllers.ts';
import { serviceOperations } from './services/service-operations.ts';
import type { EcsState } from './state.ts';
import { EcsStore } from './store.ts';
import { tagOperations } from './tags.ts';
import { taskDefinitionOperations } from './task-definitions.ts';
import { TaskEndpoint } from './task-endpoint.ts';
import { TaskRuns } from './task-runs.ts';
import { taskOperations } from './tasks.ts';

/** Amazon ECS: clusters, task definitions, tasks and services of Fargate. */
export function createEcsService(cloud: Cloud): Service {
  const store = new EcsStore(cloud);
  const endpoint = new TaskEndpoint(cloud, store);
  const runs = new TaskRuns(cloud, store, endpoint);
  const services: ServicesContext = {
    cloud,
    store,
    runs,
    services: new ServiceStore(cloud),
    balancers: new ServiceBalancers(cloud),
  };
  const controllers = new ServiceControllers(services);
  const state: EcsState = { cloud, store, runs, services, controllers };
  return {
    name: 'ecs',
    operations: bindOperations(
      state,
      clusterOperations,
      taskDefinitionOperations,
      taskOperations,
      serviceOperations,
      deploymentOperations,
      tagOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new InvalidParameterException(describeViolations(violations)),
    systemTagRefused: () => new InvalidParameterException(SYSTEM_TAG_REFUSED),
    web: (request) => endpoint.web(request),
    onEvent: (event) => controllers.onEvent(event),
    start() {
      runs.resume();
      controllers.resume();
    },
    halt() {
      controllers.halt();
      runs.halt();
    },
    stop: () => runs.end(),
  };
}
