/** What the API model of a service says about one member of a request. */
export interface Constraint {
  /** The member as AWS's message names it: its path, first letter lower-case. */
  readonly member: string;
  readonly value: unknown;
  readonly required?: boolean;
  readonly minimumLength?: number;
  readonly maximumLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Matched as a whole; the message prints it as written here. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
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
      ? [`Value null at '${member}' failed to satisfy constraint: Member must not be null`]
      : [];
  }
  const printed = constraint.printed ?? print(value);
  return rulesBroken(constraint, value).map(
    (rule) => `Value '${printed}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

function rulesBroken(constraint: Constraint, value: unknown): readonly string[] {
  const { pattern, maximumLength, minimumLength, minimum, maximum, oneOf } = constraint;
  const broken: string[] = [];
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(String(value))) {
    broken.push(`satisfy regular expression pattern: ${pattern}`);
  }
  if (maximumLength !== undefined && length > maximumLength) {
    broken.push(`have length less than or equal to ${maximumLength}`);
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
    broken.push(`satisfy enum value set: [${oneOf.join(', ')}]`);
  }
  return broken;
}

function print(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
