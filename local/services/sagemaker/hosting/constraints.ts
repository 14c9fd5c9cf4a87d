import { ValidationException } from '../errors.ts';
import { MAX_NAME_CHARACTERS, NAME_PATTERN } from '../limits.ts';

const WHOLE_NAME = new RegExp(`${NAME_PATTERN}$`);

/** Refuses as AWS's model-side validation does. */
export function violated(value: unknown, member: string, constraint: string): ValidationException {
  return new ValidationException(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** @param member in camel case, as AWS prints it */
export function checkName(value: string | undefined, member: string): string {
  if (value === undefined) throw violated('null', member, 'not be null');
  if (value.length > MAX_NAME_CHARACTERS) {
    throw violated(value, member, `have length less than or equal to ${MAX_NAME_CHARACTERS}`);
  }
  if (!WHOLE_NAME.test(value)) {
    throw violated(value, member, `satisfy regular expression pattern: ${NAME_PATTERN}`);
  }
  return value;
}

export function checkRange(
  value: number | undefined,
  member: string,
  range: readonly [least: number, most: number],
): void {
  if (value === undefined) return;
  if (value < range[0])
    throw violated(value, member, `have value greater than or equal to ${range[0]}`);
  if (value > range[1])
    throw violated(value, member, `have value less than or equal to ${range[1]}`);
}

export function required<Value>(value: Value | undefined, member: string): Value {
  if (value === undefined) throw violated('null', member, 'not be null');
  return value;
}
