import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import { digest } from '../jsonata/aws-functions.ts';
import { JavaRandom } from '../jsonata/java-random.ts';
import { numberOf } from '../number-as-written.ts';
import { parseDocument } from '../parse-json.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { IntrinsicName } from './intrinsic.ts';
import { javaText, uniqueInJavaOrder } from './java-values.ts';

/** The random numbers of an evaluation. */
export interface RandomScope {
  random(): number;
  uuid(): string;
}

type Implementation = (scope: RandomScope, ...args: readonly Json[]) => Json;

/** The maximum number of items of `States.ArrayRange`. */
const MAXIMUM_RANGE_ITEMS = 1000;

/** The maximum number of characters of the hashing and Base64 functions. */
const MAXIMUM_CHARACTERS = 10_000;

/** AWS's message for any invalid argument. */
export function invalidArguments(name: IntrinsicName): never {
  throw new TypeError(`Invalid arguments in ${name}`);
}

/**
 * All intrinsic functions except `States.Format`. If AWS's guide and the service differ, they behave as observed
 * on the service.
 * https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
export const functions: Readonly<Record<Exclude<IntrinsicName, 'States.Format'>, Implementation>> =
  {
    'States.Array': (_, ...items) => items,
    'States.ArrayContains': (_, list, wanted) => contains(list, wanted),
    'States.ArrayGetItem': (_, list, index) => item(list, index),
    'States.ArrayLength': (_, list) => listOf(list, 'States.ArrayLength').length,
    'States.ArrayPartition': (_, list, size) => partition(list, size),
    'States.ArrayRange': (_, first, last, step) => range(first, last, step),
    'States.ArrayUnique': (_, list) => uniqueInJavaOrder(listOf(list, 'States.ArrayUnique')),
    'States.Base64Decode': (_, text) =>
      new TextDecoder().decode(decodeBase64(shortText(text, 'States.Base64Decode'))),
    'States.Base64Encode': (_, text) =>
      encodeBase64(utf8ToBytes(shortText(text, 'States.Base64Encode'))),
    'States.Hash': (_, data, algorithm) => hash(data, algorithm),
    'States.JsonMerge': (_, first, second, deep) => merge(first, second, deep),
    'States.JsonToString': (_, value) => writeJson(value),
    'States.MathAdd': (_, left, right) => add(left, right),
    'States.MathRandom': (scope, first, last, ...seed) => random(scope, first, last, seed),
    'States.StringSplit': (_, text, separators) =>
      split(textOf(text, 'States.StringSplit'), textOf(separators, 'States.StringSplit')),
    'States.StringToJson': (_, text) => parse(textOf(text, 'States.StringToJson')),
    'States.UUID': (scope) => scope.uuid(),
  };

function listOf(value: Json | undefined, name: IntrinsicName): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : invalidArguments(name);
}

function textOf(value: Json | undefined, name: IntrinsicName): string {
  return typeof value === 'string' ? value : invalidArguments(name);
}

function shortText(value: Json | undefined, name: IntrinsicName): string {
  const text = textOf(value, name);
  return text.length <= MAXIMUM_CHARACTERS ? text : invalidArguments(name);
}

/** AWS's guide says that numbers are rounded; the service truncates them in all functions except `States.MathAdd`. */
function integerOf(value: Json | undefined, name: IntrinsicName): number {
  const number = numberOf(value);
  return number === undefined ? invalidArguments(name) : Math.trunc(number) + 0;
}

/** AWS compares the printed values: `true` is in `["true"]`, and the order of members matters. */
function contains(list: Json | undefined, wanted: Json | undefined): boolean {
  const text = javaText(wanted ?? null);
  return listOf(list, 'States.ArrayContains').some((each) => javaText(each) === text);
}

/** AWS gives null for any index into an empty array. */
function item(list: Json | undefined, index: Json | undefined): Json {
  const items = listOf(list, 'States.ArrayGetItem');
  const at = integerOf(index, 'States.ArrayGetItem');
  if (at < 0 || (at >= items.length && items.length > 0)) invalidArguments('States.ArrayGetItem');
  return items[at] ?? null;
}

function partition(list: Json | undefined, size: Json | undefined): Json {
  const items = listOf(list, 'States.ArrayPartition');
  const length = integerOf(size, 'States.ArrayPartition');
  if (length <= 0) invalidArguments('States.ArrayPartition');
  const parts: Json[] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}

function range(first: Json | undefined, last: Json | undefined, step: Json | undefined): Json {
  const from = integerOf(first, 'States.ArrayRange');
  const to = integerOf(last, 'States.ArrayRange');
  const by = integerOf(step, 'States.ArrayRange');
  if (by === 0) invalidArguments('States.ArrayRange');
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > MAXIMUM_RANGE_ITEMS) invalidArguments('States.ArrayRange');
  return Array.from({ length: count }, (_, index) => from + index * by);
}

/** Data that is not a text is hashed as JSON. */
function hash(data: Json | undefined, algorithm: Json | undefined): Json {
  const text = typeof data === 'string' ? data : writeJson(data);
  const hashed = digest(shortText(text, 'States.Hash'), textOf(algorithm, 'States.Hash'));
  return hashed ?? invalidArguments('States.Hash');
}

/** AWS refuses a deep merge, and treats every value other than `true` as `false`. */
function merge(first: Json | undefined, second: Json | undefined, deep: Json | undefined): Json {
  if (!isJsonObject(first) || !isJsonObject(second) || deep === true) {
    return invalidArguments('States.JsonMerge');
  }
  return { ...first, ...second } satisfies JsonObject;
}

/** Both numbers and their sum are 32 bits wide; a half is rounded up. */
function add(left: Json | undefined, right: Json | undefined): Json {
  const sum = roundedOf(left) + roundedOf(right);
  return sum === (sum | 0) ? sum : invalidArguments('States.MathAdd');
}

function roundedOf(value: Json | undefined): number {
  const number = numberOf(value);
  const rounded = number === undefined ? undefined : Math.round(number) + 0;
  return rounded === undefined || rounded !== (rounded | 0)
    ? invalidArguments('States.MathAdd')
    : rounded;
}

/** From the first number up to, but not including, the second. */
function random(
  scope: RandomScope,
  first: Json | undefined,
  last: Json | undefined,
  [seed]: readonly Json[],
): Json {
  const from = integerOf(first, 'States.MathRandom');
  const to = integerOf(last, 'States.MathRandom');
  if (from >= to) invalidArguments('States.MathRandom');
  if (seed === undefined) return from + Math.floor(scope.random() * (to - from));
  const generator = new JavaRandom(integerOf(seed, 'States.MathRandom'));
  return from + generator.nextInt(to - from);
}

/** Every character of `separators` separates; empty parts are dropped. */
function split(text: string, separators: string): Json {
  const parts: string[] = [];
  const separating = new Set(separators);
  let part = '';
  for (const character of text) {
    if (!separating.has(character)) {
      part += character;
    } else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  if (part !== '') parts.push(part);
  return parts;
}

/** An empty text gives null. */
function parse(text: string): Json {
  if (text.trim() === '') return null;
  try {
    return parseDocument(text);
  } catch {
    return invalidArguments('States.StringToJson');
  }
}
