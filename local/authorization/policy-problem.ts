/** A problem of a policy. Services render their own message for its rule. */
export interface PolicyProblem {
  readonly rule: PolicyRule;
  /** The position, for example `Statement[0].Condition.IpAddress`; empty for the whole document. */
  readonly place: string;
  /** A message that names the position. */
  readonly message: string;
}

export type PolicyRule =
  | 'json'
  | 'syntax'
  /** `Statement` is an empty list. */
  | 'empty'
  /** A required element. */
  | 'missing'
  | 'effect'
  | 'principal'
  | 'action'
  | 'resource'
  | 'condition'
  /** The value of a date operator. */
  | 'date';

export function problem(rule: PolicyRule, place: string, says: string): PolicyProblem {
  return { rule, place, message: `${place === '' ? '' : `${place} `}${says}` };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
