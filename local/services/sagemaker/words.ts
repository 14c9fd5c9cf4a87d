import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { ValidationError } from './hosting/errors.ts';

/** How SageMaker refuses at the cloud's door, whichever of its parts a service is made of. */
export const sageMakerWords: Required<
  Pick<Service, 'accessDenied' | 'invalidInput' | 'systemTagRefused'>
> = {
  accessDenied: (message) => new AccessDeniedException(message),
  systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
  // The runtime API has a validation error of its own.
  invalidInput: (violations, operation) =>
    operation.startsWith('InvokeEndpoint')
      ? new ValidationError(describeViolations(violations))
      : new ValidationException(describeViolations(violations)),
};
