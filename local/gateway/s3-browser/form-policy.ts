import { parseJson } from '../../../engine/index.ts';
import { AgainstPolicy, FileTooLarge, FileTooSmall, InvalidPolicyDocument } from './form-errors.ts';

/** The sizes that a policy allows for the file. */
export interface SizeRange {
  readonly minimum: number;
  readonly maximum: number;
}

const ANY_SIZE: SizeRange = { minimum: 0, maximum: Number.POSITIVE_INFINITY };

type Condition =
  | readonly [kind: 'eq' | 'starts-with', field: string, value: string]
  | readonly [kind: 'content-length-range', minimum: unknown, maximum: unknown];

/**
 * Checks a form against its policy, whose conditions must name every field.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 *
 * @param policy as the form has it, in base64
 * @param fields by name in lower case, with the bucket
 * @returns the sizes that it allows
 * @throws InvalidPolicyDocument, AgainstPolicy
 */
export function checkPolicy(
  policy: string,
  fields: ReadonlyMap<string, string>,
  wallNow: number,
): SizeRange {
  const { conditions, expiration } = readPolicy(policy);
  if (wallNow >= expiration) throw new AgainstPolicy('Policy expired.');
  let range = ANY_SIZE;
  const named = new Set<string>();
  for (const condition of conditions) {
    const [kind, subject] = condition;
    if (kind === 'content-length-range') range = readRange(condition);
    else named.add(checkCondition(condition, subject, fields));
  }
  const extra = [...fields.keys()].filter((name) => !named.has(name) && !isFree(name));
  if (extra.length > 0) throw new AgainstPolicy(`Extra input fields: ${extra.join(', ')}`);
  return range;
}

/** Fields that need no condition. */
const FREE_FIELDS: ReadonlySet<string> = new Set([
  'awsaccesskeyid',
  'bucket',
  'file',
  'policy',
  'signature',
  'x-amz-signature',
]);

function isFree(name: string): boolean {
  return FREE_FIELDS.has(name) || name.startsWith('x-ignore-');
}

interface Policy {
  /** Epoch milliseconds. */
  readonly expiration: number;
  readonly conditions: readonly Condition[];
}

function readPolicy(policy: string): Policy {
  const document = readDocument(Buffer.from(policy, 'base64').toString('utf8'));
  const { conditions, expiration } = document;
  if (expiration === undefined) {
    throw new InvalidPolicyDocument("Policy document must contain 'expiration' element.");
  }
  const instant = typeof expiration === 'string' && INSTANT.test(expiration) ? expiration : '';
  if (Number.isNaN(Date.parse(instant))) {
    throw new InvalidPolicyDocument(`Invalid 'expiration' value: ${JSON.stringify(expiration)}`);
  }
  if (!Array.isArray(conditions)) {
    throw new InvalidPolicyDocument("Policy document must contain 'conditions' element.");
  }
  return { expiration: Date.parse(instant), conditions: conditions.map(readCondition) };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

function readDocument(text: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = parseJson(text);
  } catch {
    throw new InvalidPolicyDocument('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new InvalidPolicyDocument('Invalid JSON.');
  }
  return document as Readonly<Record<string, unknown>>;
}

const SIMPLE =
  'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.';

function readCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) return readListed(condition);
  if (typeof condition !== 'object' || condition === null) {
    throw new InvalidPolicyDocument('Invalid Condition.');
  }
  const [entry, ...others] = Object.entries(condition);
  if (entry === undefined || others.length > 0) throw new InvalidPolicyDocument(SIMPLE);
  return ['eq', `$${entry[0]}`, String(entry[1])];
}

function readListed(condition: readonly unknown[]): Condition {
  const kind = String(condition[0]).toLowerCase();
  const isKnown = kind === 'eq' || kind === 'starts-with' || kind === 'content-length-range';
  if (!isKnown || condition.length !== 3) {
    throw new InvalidPolicyDocument(`Invalid Condition: ${JSON.stringify(condition)}`);
  }
  return kind === 'content-length-range'
    ? [kind, condition[1], condition[2]]
    : [kind, String(condition[1]), String(condition[2])];
}

/** The name of the field. @throws AgainstPolicy */
function checkCondition(
  condition: Condition,
  subject: string,
  fields: ReadonlyMap<string, string>,
): string {
  const name = subject.slice(1).toLowerCase();
  const value = fields.get(name) ?? '';
  const expected = String(condition[2]);
  const holds = condition[0] === 'eq' ? value === expected : value.startsWith(expected);
  if (subject.startsWith('$') && holds) return name;
  throw failed(condition);
}

/** As S3 prints it: `["eq", "$key", "a"]`. */
function failed(condition: readonly unknown[]): AgainstPolicy {
  const printed = condition.map((part) => JSON.stringify(part)).join(', ');
  return new AgainstPolicy(`Policy Condition failed: [${printed}]`);
}

/** Texts of digits are taken as numbers. */
function readRange(condition: Condition): SizeRange {
  const [minimum, maximum] = condition.slice(1).map((bound) => {
    const isNumber = /^\d{1,15}$/.test(String(bound));
    if (!isNumber) throw failed(condition);
    return Number(bound);
  });
  return { minimum: minimum ?? 0, maximum: maximum ?? 0 };
}

/**
 * The file, of which no more is passed on than the policy allows.
 *
 * @throws FileTooLarge, FileTooSmall with the size at its end
 */
export async function* withinRange(
  file: AsyncIterable<Buffer>,
  { minimum, maximum }: SizeRange,
): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.byteLength;
    if (size <= maximum) yield chunk;
  }
  if (size > maximum) throw new FileTooLarge(size, maximum);
  if (size < minimum) throw new FileTooSmall(size, minimum);
}
