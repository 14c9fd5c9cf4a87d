import {
  type EventPattern,
  InvalidPattern,
  parsePattern,
  redactedJsonProblem,
} from '../../event-patterns/index.ts';
import { InvalidParameterException } from './errors.ts';
import { FILTER_COMBINATIONS, FILTER_KEYS } from './limits.ts';

export type Attributes = Readonly<Record<string, string>>;

/** The attributes that can be set, and AWS's error message for an invalid value; undefined if it is valid. */
const CHECKS: Readonly<
  Record<string, (value: string, all: Attributes, endpoint: string) => string | undefined>
> = {
  DeliveryPolicy: problemOfDelivery,
  FilterPolicy: (value, all) => problemOfFilter(value, all['FilterPolicyScope']),
  FilterPolicyScope: (value) =>
    value === 'MessageAttributes' || value === 'MessageBody'
      ? undefined
      : `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
  RawMessageDelivery: (value) =>
    /^(?:true|false)$/i.test(value)
      ? undefined
      : `RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
  RedrivePolicy: (value, _all, endpoint) => problemOfRedrive(value, endpoint),
};

interface Beside {
  /** The present attributes. */
  readonly former: Attributes;
  readonly endpoint: string;
  /** How AWS's error message begins, which differs for Subscribe. */
  readonly prefix: '' | 'Attributes Reason: ';
}

/**
 * Validates the given attributes.
 *
 * @returns the attributes to store
 * @throws InvalidParameterException
 */
export function checkSubscriptionAttributes(
  given: Attributes,
  { former, endpoint, prefix }: Beside,
): Attributes {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined) throw new InvalidParameterException('AttributeName');
    const problem = check(value, { ...former, ...given }, endpoint);
    if (problem !== undefined) throw new InvalidParameterException(`${prefix}${problem}`);
    kept[name] = name === 'RawMessageDelivery' ? value.toLowerCase() : value;
  }
  return kept;
}

function problemOfJson(name: string, value: string): string | undefined {
  if (value === '') return undefined;
  const problem = redactedJsonProblem(value);
  return problem && `${name}: failed to parse JSON. ${problem}`;
}

/** AWS's error message for an invalid delivery policy; undefined if it is valid. */
export function problemOfDelivery(value: string): string | undefined {
  const problem = problemOfJson('DeliveryPolicy', value);
  if (problem !== undefined || value === '') return problem;
  return isObject(JSON.parse(value)) ? undefined : 'DeliveryPolicy: must be a JSON object';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemOfRedrive(value: string, endpoint: string): string | undefined {
  const problem = problemOfJson('RedrivePolicy', value);
  if (problem !== undefined || value === '') return problem;
  const policy = JSON.parse(value) as { readonly deadLetterTargetArn?: unknown } | null;
  const arn = policy?.deadLetterTargetArn;
  if (typeof arn !== 'string' || !/^arn:[^:]+:sqs:[^:]+:[^:]+:.+$/.test(arn)) {
    return 'RedrivePolicy: deadLetterTargetArn is an invalid arn';
  }
  return endpoint.endsWith('.fifo') && !arn.endsWith('.fifo')
    ? 'RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.'
    : undefined;
}

function problemOfFilter(value: string, scope = 'MessageAttributes'): string | undefined {
  const problem = problemOfJson('FilterPolicy', value);
  if (problem !== undefined || value === '' || value === '{}') return problem;
  const policy: unknown = JSON.parse(value);
  if (scope === 'MessageAttributes' && isNested(policy)) {
    return 'Filter policy scope MessageAttributes does not support nested filter policy';
  }
  try {
    const pattern = parsePattern(value);
    const reason = problemOfSize(policy, pattern, scope);
    return reason === undefined ? undefined : `FilterPolicy: ${reason}`;
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    return `FilterPolicy: ${error.message}`;
  }
}

/** Whether a key is nested; rules and `$or` do not count as keys. */
function isNested(policy: unknown): boolean {
  return Object.entries(keysOf(policy)).some(([key, value]) =>
    key === '$or' && Array.isArray(value)
      ? value.some(isNested)
      : Object.values(keysOf(value)).some((rule) => typeof rule === 'object' && rule !== null),
  );
}

function keysOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The product over the keys, a nested key times its depth; `$or` adds its branches. */
function problemOfSize(policy: unknown, pattern: EventPattern, scope: string): string | undefined {
  const keys = Object.keys(keysOf(policy)).filter((key) => key !== '$or');
  if (keys.length > FILTER_KEYS) {
    return `Filter policy can not have more than ${FILTER_KEYS} keys`;
  }
  let combinations = 0;
  for (const branch of pattern.branches) {
    let product = 1;
    for (const [path, alternatives] of branch) {
      const depth = scope === 'MessageBody' ? path.split('.').length : 1;
      product *= alternatives.length * depth;
    }
    combinations += product;
  }
  return combinations > FILTER_COMBINATIONS ? 'Filter policy is too complex' : undefined;
}
