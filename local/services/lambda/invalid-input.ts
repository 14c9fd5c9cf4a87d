import { describeViolations, enumSet, type Violation } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import { InvalidParameterValueException, ValidationException } from './errors.ts';

/** An unknown runtime is reported by the operation itself, not by the validation of the request. */
export function invalidInput(violations: readonly Violation[]): ServiceError {
  const [first] = violations;
  if (violations.length === 1 && first?.member === 'runtime' && first.values !== undefined) {
    return new InvalidParameterValueException(
      `Value ${String(first.value)} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${enumSet(first.values).join(', ')}] or be a valid ARN`,
    );
  }
  return new ValidationException(describeViolations(violations));
}
