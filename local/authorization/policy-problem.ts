/** What is wrong with a policy. Services put it in their own words by its rule. */
export interface PolicyProblem {
  readonly rule: PolicyRule;
  /** Where, as `Statement[0].Condition.IpAddress`; empty for the whole document. */
  readonly place: string;
  /** A sentence that names the place. */
  readonly message: string;
}

export type PolicyRule =
  | 'json'
  | 'syntax'
  /** `Statement` is an empty list. */
  | 'empty'
  /** An element that must be there. */
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
