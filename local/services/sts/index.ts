import type { Cloud } from '../../cloud.ts';
import type { Service } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { assumeRole } from './assume-role.ts';

/** AWS Security Token Service. */
export function createStsService(cloud: Cloud): Service {
  return {
    name: 'sts',
    operations: { AssumeRole: assumeRole(cloud) },
    accessDenied: (message) => new ServiceError('AccessDenied', message, { status: 403 }),
  };
}
