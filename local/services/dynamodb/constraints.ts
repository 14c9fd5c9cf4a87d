import { enumSet } from '../../cloud/api-model/index.ts';

/** So many items of a list that is too long are printed. */
const PRINTED_ITEMS = 1_000;

/** What the API model of a service says about one member of a request. */
export interface Constraint {
  /** The member as AWS's message names it: its path, first letter lower-case. */
  readonly member: string;
  readonly value: unknown;
  readonly required?: boolean;
  readonly minimumLength?: number;
  readonly maximumLength?: number;
  /** Of the text as UTF-8: so AWS counts payloads and definitions. Told as a length. */
  readonly maximumBytes?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Matched as a whole; the message prints it as written here. */
  readonly pattern?: string;
  /** The values of an enumeration, in the order of the API's model. */
  readonly oneOf?: readonly string[];
  /** The model's `sensitive` trait: the message does not print the value. */
  readonly sensitive?: boolean;
  /** How the message prints the value. @default the text or JSON of it */
  readonly printed?: string;
}

/**
 * Judges a request by its model's constraints and words all mistakes in one sentence, as AWS's
 * front end does before a service sees the request.
 *
 * @returns undefined when nothing is wrong
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
  // A value may be a whole item: it is printed only where it breaks a rule.
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
