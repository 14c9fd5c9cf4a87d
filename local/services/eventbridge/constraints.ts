import { type Constraint, describeViolations } from '../../constraints.ts';
import { ValidationException } from './errors.ts';

export const NAME_PATTERN = '[\\.\\-_A-Za-z0-9]+';
export const BUS_NAME_PATTERN = '[/\\.\\-_A-Za-z0-9]+';

/** @throws ValidationException naming all members that break the API model */
export function check(...constraints: readonly Constraint[]): void {
  const message = describeViolations(constraints);
  if (message !== undefined) throw new ValidationException(message);
}

/** The name of a rule. */
export function ruleName(value: unknown, member = 'name'): Constraint {
  return {
    member,
    value,
    required: true,
    pattern: NAME_PATTERN,
    minimumLength: 1,
    maximumLength: 64,
  };
}

/** The name of a bus that is made or deleted. */
export function busName(value: unknown): Constraint {
  return {
    member: 'name',
    value,
    required: true,
    pattern: BUS_NAME_PATTERN,
    minimumLength: 1,
    maximumLength: 256,
  };
}
