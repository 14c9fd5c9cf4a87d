import { ValidationException } from '../errors.ts';

/** AWS's error for a request that violates the API model. */
export function violated(value: unknown, member: string, constraint: string): ValidationException {
  return new ValidationException(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

export function required<Value>(value: Value | undefined, member: string): Value {
  if (value === undefined) throw violated('null', member, 'not be null');
  return value;
}
