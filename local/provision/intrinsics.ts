import type { Template } from './template.ts';

/** The references that expressions of a template are resolved with. */
export interface Scope {
  readonly stackName: string;
  readonly stackId: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly template: Template;
  /** The values of the template's parameters. @default their defaults */
  readonly parameters?: ReadonlyMap<string, unknown>;
  /** The `Ref` of a provisioned resource. */
  ref(logicalId: string): string | undefined;
  /** The `Fn::GetAtt` of a provisioned resource. */
  attribute(logicalId: string, name: string): unknown;
  /** The `Fn::ImportValue` of another stack's export. */
  importValue(name: string): unknown;
  /** What `Fn::Join` and `Fn::Sub` make of a text. @default the text */
  joined?(text: string): string;
}

/** An expression that cannot be resolved; the message names the function and the position. */
export class UnresolvedIntrinsic extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = 'UnresolvedIntrinsic';
  }
}

/** Represents `AWS::NoValue`: a member with this value is removed. */
const noValue = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope, path: string) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, path) => resolveRef(String(argument), scope, path),
  'Fn::GetAtt': resolveGetAtt,
  'Fn::Join': resolveJoin,
  'Fn::Sub': resolveSub,
  'Fn::Select': resolveSelect,
  'Fn::Split': resolveSplit,
  'Fn::FindInMap': resolveFindInMap,
  'Fn::If': resolveIf,
  'Fn::ImportValue': (argument, scope, path) =>
    scope.importValue(String(resolve(argument, scope, path))),
  'Fn::Base64': (argument, scope, path) =>
    Buffer.from(String(resolve(argument, scope, path))).toString('base64'),
  'Fn::GetAZs': (_argument, scope) => ['a', 'b', 'c'].map((zone) => `${scope.region}${zone}`),
  'Fn::ToJsonString': (argument, scope, path) => JSON.stringify(resolve(argument, scope, path)),
  'Fn::Cidr': resolveCidr,
  'Fn::Length': (argument, scope, path) => asArray(resolve(argument, scope, path), path).length,
};

/**
 * Evaluates every intrinsic function in a value of a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 *
 * @param path the position of the value, for errors
 * @throws UnresolvedIntrinsic for a function or reference that this runtime does not know
 */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolve(item, scope, `${path}[${index}]`))
      .filter((item) => item !== noValue);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined) {
    const [name, argument] = first;
    const intrinsic = own(intrinsics, name) as Intrinsic | undefined;
    if (intrinsic !== undefined) return intrinsic(argument, scope, path);
    if (name.startsWith('Fn::')) {
      throw new UnresolvedIntrinsic(path, `the function ${name} is not supported locally.`);
    }
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolve(item, scope, `${path}/${key}`)] as const)
      .filter(([, item]) => item !== noValue),
  );
}

/** Reads an own member of a template object by a name from the template, so that `constructor` is not found. */
function own(value: unknown, name: string): unknown {
  const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isOwn ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** Evaluates a condition of the template's `Conditions`, which have no cycle. */
export function holds(name: string, scope: Scope): boolean {
  const condition = own(scope.template.Conditions, name);
  if (condition === undefined) {
    throw new UnresolvedIntrinsic(`/Conditions/${name}`, 'the condition does not exist.');
  }
  return evaluate(condition, scope, `/Conditions/${name}`);
}

function evaluate(condition: unknown, scope: Scope, path: string): boolean {
  const [name, argument] = Object.entries(Object(condition) as object)[0] ?? ['', undefined];
  switch (name) {
    case 'Condition':
      return holds(String(argument), scope);
    case 'Fn::Equals': {
      const [left, right] = asArray(resolve(argument, scope, path), path);
      return comparable(left) === comparable(right);
    }
    case 'Fn::Not':
      return !evaluate(asArray(argument, path)[0], scope, path);
    case 'Fn::And':
      return asArray(argument, path).every((item) => evaluate(item, scope, path));
    case 'Fn::Or':
      return asArray(argument, path).some((item) => evaluate(item, scope, path));
    default:
      throw new UnresolvedIntrinsic(path, `the condition function ${name} is not supported.`);
  }
}

/** CloudFormation compares texts: `1` is equal to `"1"`. */
function comparable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The logical ids a value refers to, through `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
export function referencesOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) {
    for (const item of value) referencesOf(item, found);
    return found;
  }
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'Ref' && typeof item === 'string') found.add(item);
    else if (key === 'Fn::GetAtt') found.add(splitAttribute(item)[0]);
    else if (key === 'Fn::Sub') for (const name of substitutionsOf(item)) found.add(name);
    referencesOf(item, found);
  }
  return found;
}

function resolveRef(name: string, scope: Scope, path: string): unknown {
  const pseudo = pseudoParameter(name, scope);
  if (pseudo !== undefined) return pseudo;
  const parameter =
    scope.parameters?.get(name) ?? own(own(scope.template.Parameters, name), 'Default');
  if (parameter !== undefined) return parameter;
  const reference = scope.ref(name);
  if (reference === undefined) {
    throw new UnresolvedIntrinsic(path, `Ref to ${name}, which was not created.`);
  }
  return reference;
}

function pseudoParameter(name: string, scope: Scope): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return scope.accountId;
    case 'AWS::Region':
      return scope.region;
    case 'AWS::Partition':
      return scope.partition;
    case 'AWS::StackName':
      return scope.stackName;
    case 'AWS::StackId':
      return scope.stackId;
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::NoValue':
      return noValue;
    default:
      return undefined;
  }
}

function resolveGetAtt(argument: unknown, scope: Scope, path: string): unknown {
  const [logicalId, name] = splitAttribute(argument);
  const value = scope.attribute(logicalId, name);
  if (value === undefined) {
    throw new UnresolvedIntrinsic(path, `${logicalId} has no attribute ${name} here.`);
  }
  return value;
}

function splitAttribute(argument: unknown): readonly [logicalId: string, name: string] {
  if (Array.isArray(argument)) return [String(argument[0]), argument.slice(1).join('.')];
  const text = String(argument);
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

function resolveJoin(argument: unknown, scope: Scope, path: string): string {
  const [separator, parts] = asArray(argument, path);
  const text = asArray(resolve(parts, scope, path), path)
    .map(String)
    .join(String(separator));
  return scope.joined?.(text) ?? text;
}

const SUBSTITUTION = /\$\{(!?)([^}]+)\}/g;

function substitutionsOf(argument: unknown): readonly string[] {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  return [...String(text).matchAll(SUBSTITUTION)]
    .filter(
      ([, literal, name]) => literal === '' && !(name !== undefined && name in Object(variables)),
    )
    .map(([, , name = '']) => name.split('.')[0] ?? '');
}

function resolveSub(argument: unknown, scope: Scope, path: string): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const values = Object(resolve(variables, scope, path)) as Record<string, unknown>;
  const replaced = String(text).replace(SUBSTITUTION, (_match, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(values, name)) return String(values[name]);
    return String(
      name.includes('.') ? resolveGetAtt(name, scope, path) : resolveRef(name, scope, path),
    );
  });
  return scope.joined?.(replaced) ?? replaced;
}

function resolveSelect(argument: unknown, scope: Scope, path: string): unknown {
  const [at, given] = asArray(argument, path);
  const index = resolve(at, scope, path);
  const items = asArray(resolve(given, scope, path), path);
  if (typeof index !== 'number' && typeof index !== 'string') {
    const problem = 'Template error: Fn::Select requires an integer index and a list.';
    throw new UnresolvedIntrinsic(path, problem);
  }
  const item = items[Number(index)];
  if (item === undefined) {
    const problem = `Template error: Fn::Select cannot select nonexistent value at index ${index}.`;
    throw new UnresolvedIntrinsic(path, problem);
  }
  return item;
}

function resolveSplit(argument: unknown, scope: Scope, path: string): readonly string[] {
  const [separator, text] = asArray(argument, path);
  return String(resolve(text, scope, path)).split(String(separator));
}

function resolveFindInMap(argument: unknown, scope: Scope, path: string): unknown {
  const [keys, [fallback]] = [
    asArray(argument, path).slice(0, 3),
    asArray(argument, path).slice(3),
  ];
  const [map = '', top = '', second = ''] = keys.map((key) => String(resolve(key, scope, path)));
  const value = own(own(own(scope.template.Mappings, map), top), second);
  if (value !== undefined) return value;
  // Of the transform AWS::LanguageExtensions:
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap-enhancements.html
  const initial = own(fallback, 'DefaultValue');
  if (initial !== undefined) return resolve(initial, scope, path);
  const key = `${map}::${top}::${second}`;
  throw new UnresolvedIntrinsic(path, `Template error: Unable to get mapping for ${key}.`);
}

const ADDRESS_BITS = 32;
const MOST_BLOCKS = 256;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html */
function resolveCidr(argument: unknown, scope: Scope, path: string): readonly string[] {
  const [block, count, bits] = asArray(resolve(argument, scope, path), path);
  const [, address = '', prefix = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(String(block)) ?? [];
  const octets = address.split('.').map(Number);
  const isBlock = octets.length === 4 && octets.every((octet) => octet <= 255);
  const [blocks, hostBits] = [Number(count), Number(bits)];
  const hasRoom = blocks * 2 ** hostBits <= 2 ** (ADDRESS_BITS - Number(prefix));
  const isValid =
    isBlock && blocks >= 1 && blocks <= MOST_BLOCKS && hostBits >= 1 && hostBits <= ADDRESS_BITS;
  if (!isValid || !hasRoom) {
    const problem = `Template error: Fn::Cidr cannot divide ${String(block)} into ${blocks} blocks of ${hostBits} bits. IPv6 is not supported locally.`;
    throw new UnresolvedIntrinsic(path, problem);
  }
  const size = 2 ** (ADDRESS_BITS - Number(prefix));
  const given = octets.reduce((number, octet) => number * 256 + octet, 0);
  const first = given - (given % size);
  return Array.from({ length: blocks }, (_, index) => {
    const start = first + index * 2 ** hostBits;
    const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
    return `${parts.join('.')}/${ADDRESS_BITS - hostBits}`;
  });
}

function resolveIf(argument: unknown, scope: Scope, path: string): unknown {
  const [condition, then, otherwise] = asArray(argument, path);
  return resolve(holds(String(condition), scope) ? then : otherwise, scope, path);
}

function asArray(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnresolvedIntrinsic(path, 'a list was expected.');
}
