import type { ContainerServing } from '../../../../definition/index.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import type { ServingService } from '../../../serving-service.ts';

/**
 * How the project serves in containers.
 *
 * @throws Error for a project that serves elsewhere
 */
export function servingOf({ project: { serving } }: ProjectResources): ContainerServing {
  if (serving.type !== 'container') {
    throw new Error(`A project on "${serving.type}" has no service of containers.`);
  }
  return serving;
}

/**
 * What the service of the project stands on.
 *
 * @throws Error where `infra/` made none
 */
export function serviceOf({ service }: ProjectResources): ServingService {
  if (service === undefined) throw new Error('The project has no service to serve models.');
  return service;
}
