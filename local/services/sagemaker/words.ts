import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { ValidationError } from './hosting/errors.ts';

/** SageMaker's errors for requests that are rejected before their operation runs. */
export const sageMakerWords: Required<
  Pick<Service, 'accessDenied' | 'invalidInput' | 'systemTagRefused'>
> = {
  accessDenied: (message) => new AccessDeniedException(message),
  systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
  // The runtime API has its own validation error.
  invalidInput: (violations, operation) =>
    operation.startsWith('InvokeEndpoint')
      ? new ValidationError(describeViolations(violations))
      : new ValidationException(describeViolations(violations)),
};
