import type { ServingPlace } from '../events/index.ts';
import type { ProjectResources } from './project-resources.ts';

/** Where the live model is asked; undefined of a SageMaker endpoint, which its name alone says. */
export function describePlace({ serving, service }: ProjectResources): ServingPlace | undefined {
  if (serving !== undefined) {
    return { type: 'lambda', functionName: serving.name, alias: serving.alias };
  }
  if (service === undefined) return undefined;
  const { api, clusterName, loadBalancer, name: serviceName } = service;
  return { type: 'container', clusterName, serviceName, loadBalancer, address: api.address };
}
