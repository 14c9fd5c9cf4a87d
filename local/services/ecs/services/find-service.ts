import { ServiceDeploymentNotFoundException, ServiceNotFoundException } from '../errors.ts';
import type { ServicesContext } from './context.ts';
import { readPartArn } from './names.ts';
import type { DeploymentRecord, ServiceRecord } from './records.ts';

/** @throws ServiceNotFoundException */
export function findService(
  { services }: ServicesContext,
  cluster: string,
  name: string,
): ServiceRecord {
  const found = services.get(cluster, name);
  if (found === undefined) throw new ServiceNotFoundException();
  return found;
}

/** @throws ServiceDeploymentNotFoundException */
export function findDeployment({ services }: ServicesContext, arn = ''): DeploymentRecord {
  const { cluster, id, service } = readPartArn(arn);
  const found = services.deployments.get(cluster, service, id);
  if (found === undefined) throw new ServiceDeploymentNotFoundException();
  return found;
}
