import { enumSet } from '../../cloud/api-model/index.ts';

/** The number of printed items of a list that is too long. */
const PRINTED_ITEMS = 1_000;

/** The constraints of the API model on one member of a request. */
export interface Constraint {
  /** The member in AWS's messages: its path, with a lower-case first letter. */
  readonly member: string;
  readonly value: unknown;
  readonly required?: boolean;
  readonly minimumLength?: number;
  readonly maximumLength?: number;
  /** The maximum length in UTF-8 bytes, as AWS counts payloads and definitions. The message calls it a length. */
  readonly maximumBytes?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Matches the whole text; the message prints it as written here. */
  readonly pattern?: string;
  /** The values of an enumeration, in the order of the API's model. */
  readonly oneOf?: readonly string[];
  /** The model's `sensitive` trait: the message does not print the value. */
  readonly sensitive?: boolean;
  /** The value in the message. @default its text or JSON */
  readonly printed?: string;
}

/**
 * Checks a request against the constraints of its model. All violations are in one message, as on AWS.
 *
 * @returns undefined if the request is valid
 */
export function describeViolations(constraints: readonly Constraint[]): string | undefined {
  const problems = constraints.flatMap(violationsOf);
  if (problems.length === 0) return undefined;
  const noun = problems.length === 1 ? 'error' : 'errors';
  return `${problems.length} validation ${noun} detected: ${problems.join('; ')}`;
}

function violationsOf(constraint: Constraint): readonly string[] {
  const { member, value } = constraint;
  if (value === undefined || value === null) {
    return constraint.required === true
      ? [
          `${shown(constraint, 'null')} at '${member}' failed to satisfy constraint: Member must not be null`,
        ]
      : [];
  }
  const broken = rulesBroken(constraint, value);
  // A value may be a whole item, so it is printed only if it breaks a rule.
  if (broken.length === 0) return [];
  const what = shown(constraint, `'${constraint.printed ?? print(value)}'`);
  return broken.map(
    (rule) => `${what} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

function shown({ sensitive }: Constraint, value: string): string {
  return sensitive === true ? 'Value' : `Value ${value}`;
}

function rulesBroken(constraint: Constraint, value: unknown): readonly string[] {
  const { pattern, maximumLength, maximumBytes, minimumLength, minimum, maximum, oneOf } =
    constraint;
  const broken: string[] = [];
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(String(value))) {
    broken.push(`satisfy regular expression pattern: ${pattern}`);
  }
  if (maximumLength !== undefined && length > maximumLength) {
    broken.push(`have length less than or equal to ${maximumLength}`);
  }
  if (maximumBytes !== undefined && Buffer.byteLength(String(value)) > maximumBytes) {
    broken.push(`have length less than or equal to ${maximumBytes}`);
  }
  if (minimumLength !== undefined && length < minimumLength) {
    broken.push(`have length greater than or equal to ${minimumLength}`);
  }
  if (maximum !== undefined && Number(value) > maximum) {
    broken.push(`have value less than or equal to ${maximum}`);
  }
  if (minimum !== undefined && Number(value) < minimum) {
    broken.push(`have value greater than or equal to ${minimum}`);
  }
  if (oneOf !== undefined && !oneOf.includes(String(value))) {
    broken.push(`satisfy enum value set: [${enumSet(oneOf).join(', ')}]`);
  }
  return broken;
}

function print(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > PRINTED_ITEMS) {
    return `${JSON.stringify(value.slice(0, PRINTED_ITEMS)).slice(0, -1)}, …]`;
  }
  return JSON.stringify(value);
}
