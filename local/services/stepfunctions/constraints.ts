import { InvalidName, ValidationException } from './errors.ts';
import { limits } from './limits.ts';

/**
 * The constraints of the API model (lengths, ranges, enumerations), checked before an operation runs
 * and refused with the sentence every AWS JSON service gives. All violations are told at once.
 */
export type Constraint =
  | { readonly required: true }
  | { readonly minLength: number }
  | { readonly maxLength: number }
  /** Of the text as UTF-8: so AWS counts payloads and definitions. */
  | { readonly maxBytes: number }
  | { readonly minimum: number }
  | { readonly maximum: number }
  | { readonly values: readonly string[] };

/** Member name to what it must satisfy. */
export type Constraints = Readonly<Record<string, readonly Constraint[]>>;

/** Refuses `input` unless every member satisfies its constraints. */
export function checkConstraints(input: object, constraints: Constraints): void {
  const members = new Map<string, unknown>(Object.entries(input));
  const violations = Object.entries(constraints).flatMap(([member, rules]) =>
    rules.flatMap((rule) => violationOf(member, members.get(member), rule)),
  );
  refuse(violations);
}

/** Throws the one `ValidationException` that tells all violations. */
export function refuse(violations: readonly string[]): void {
  if (violations.length === 0) return;
  const noun = violations.length === 1 ? 'error' : 'errors';
  throw new ValidationException(
    `${violations.length} validation ${noun} detected: ${violations.join('; ')}`,
  );
}

/** One violation in AWS's words. */
export function violation(value: unknown, path: string, rule: string): string {
  const shown = value === undefined ? 'null' : `'${shownValue(value)}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`;
}

function shownValue(value: unknown): string {
  return typeof value === 'object'
    ? JSON.stringify(value)
    : `${value as string | number | boolean}`;
}

function violationOf(path: string, value: unknown, rule: Constraint): readonly string[] {
  if ('required' in rule) {
    return value === undefined || value === null
      ? [violation(undefined, path, 'Member must not be null')]
      : [];
  }
  if (value === undefined || value === null) return [];
  const sentence = brokenRule(value, rule);
  return sentence === undefined ? [] : [violation(value, path, sentence)];
}

function brokenRule(
  value: unknown,
  rule: Exclude<Constraint, { readonly required: true }>,
): string | undefined {
  const size = sizeOf(value);
  if ('minLength' in rule && size < rule.minLength) {
    return `Member must have length greater than or equal to ${rule.minLength}`;
  }
  if ('maxLength' in rule && size > rule.maxLength) {
    return `Member must have length less than or equal to ${rule.maxLength}`;
  }
  if ('maxBytes' in rule && Buffer.byteLength(String(value)) > rule.maxBytes) {
    return `Member must have length less than or equal to ${rule.maxBytes}`;
  }
  if ('minimum' in rule && Number(value) < rule.minimum) {
    return `Member must have value greater than or equal to ${rule.minimum}`;
  }
  if ('maximum' in rule && Number(value) > rule.maximum) {
    return `Member must have value less than or equal to ${rule.maximum}`;
  }
  if ('values' in rule && !rule.values.includes(String(value))) {
    return `Member must satisfy enum value set: [${rule.values.join(', ')}]`;
  }
  return undefined;
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

/** A member that must be there. */
export const required: Constraint = { required: true };

/** What AWS demands of ARNs in requests. */
export const arnRules: readonly Constraint[] = [
  required,
  { minLength: 1 },
  { maxLength: limits.arnCharacters },
];

/** `maxResults` and `nextToken` of the listings. */
export const pageRules: Constraints = {
  maxResults: [{ minimum: 0 }, { maximum: limits.pageEntries }],
  nextToken: [{ minLength: 1 }, { maxLength: limits.tokenCharacters }],
};

/** Spaces, brackets, wildcards, special and control characters are not allowed in names. */
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const forbiddenInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff]/u;

/** Refuses a name of a machine, execution or activity as AWS does. */
export function checkName(name: string): void {
  if (name.length === 0 || name.length > limits.nameCharacters || forbiddenInNames.test(name)) {
    throw new InvalidName(name);
  }
}
