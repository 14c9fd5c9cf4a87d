import type { Cloud } from '../../cloud.ts';
import type { Service } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';

/** AWS Identity and Access Management. */
export function createIamService(_cloud: Cloud): Service {
  return {
    name: 'iam',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message, { status: 403 }),
  };
}
