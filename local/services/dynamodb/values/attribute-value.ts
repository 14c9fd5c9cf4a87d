import type { AttributeValue as SdkValue } from '@aws-sdk/client-dynamodb';
import { SerializationException } from '../../../cloud/serialization-exception.ts';
import { UnsupportedParameter, ValidationException } from '../errors.ts';
import { ITEM_BYTES, NESTING_LEVELS } from '../limits.ts';
import { addDecimals, type Decimal, decimalBytes, parseDecimal, renderDecimal } from './decimal.ts';
import type { SdkItem, WireItem, WireValue } from './wire-item.ts';

/** A value as it is kept: numbers are decimal text, names of maps are never properties of objects. */
export type AttributeValue =
  | { readonly type: 'S'; readonly value: string }
  | { readonly type: 'N'; readonly value: string }
  | { readonly type: 'B'; readonly value: Buffer }
  | { readonly type: 'BOOL'; readonly value: boolean }
  | { readonly type: 'NULL'; readonly value: true }
  | { readonly type: 'SS'; readonly value: readonly string[] }
  | { readonly type: 'NS'; readonly value: readonly string[] }
  | { readonly type: 'BS'; readonly value: readonly Buffer[] }
  | { readonly type: 'L'; readonly value: readonly AttributeValue[] }
  | { readonly type: 'M'; readonly value: Item };

export type AttributeType = AttributeValue['type'];

/** An item, or a map inside one. */
export type Item = ReadonlyMap<string, AttributeValue>;

export const TYPES: readonly AttributeType[] = [
  'S',
  'N',
  'B',
  'NULL',
  'BOOL',
  'SS',
  'NS',
  'BS',
  'L',
  'M',
];

/** @throws ValidationException in AWS's words */
export function readItem(wire: unknown, level = 1): Item {
  return new Map(
    Object.entries(Object(wire) as WireItem).map(([name, value]) => [
      unicode(name),
      readValue(value, level),
    ]),
  );
}

/** @param level how deep the value lies; the attribute itself is the first level */
export function readValue(wire: unknown, level = 1): AttributeValue {
  const [first, second] = typesIn(wire);
  if (first === undefined) {
    throw new ValidationException(
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    );
  }
  if (second !== undefined) {
    throw new ValidationException(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (level > NESTING_LEVELS) {
    throw new ValidationException(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  return readTyped(first, (wire as WireValue)[first], level);
}

/** Written out, as an item may have a hundred thousand values. */
function typesIn(wire: unknown): readonly string[] {
  const given = Object(wire) as WireValue;
  const types: string[] = [];
  for (const type in given) {
    if (!Object.hasOwn(given, type) || type === '$unknown') continue;
    if (given[type] !== undefined && given[type] !== null) types.push(type);
  }
  return types;
}

function readTyped(type: string, value: unknown, level: number): AttributeValue {
  switch (type) {
    case 'S':
      return { type, value: unicode(String(value)) };
    case 'N':
      return { type, value: normalized(String(value)) };
    case 'B':
      return { type, value: toBuffer(value) };
    case 'BOOL':
      return { type, value: value === true };
    case 'NULL':
      return { type, value: readNull(value) };
    case 'SS':
    case 'NS':
    case 'BS':
      return readSet(type, value as readonly unknown[]);
    case 'L':
      return {
        type,
        value: (value as readonly unknown[]).map((item) => readValue(item, level + 1)),
      };
    case 'M':
      return { type, value: readItem(value, level + 1) };
    default:
      throw new UnsupportedParameter(`the attribute type ${type}`);
  }
}

/** Either half of a pair, whole pairs included: quickly not found in most texts. */
const HALF_OF_ANY = /[\ud800-\udfff]/;
const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * Texts are UTF-8, which has no halves of surrogate pairs: two keys that differ in them only would be one.
 *
 * @throws SerializationException
 */
function unicode(text: string): string {
  if (!HALF_OF_ANY.test(text) || !HALF_CHARACTER.test(text)) return text;
  throw new SerializationException('A text has half of a surrogate pair, which UTF-8 cannot hold.');
}

/** Most numbers are kept as they are. */
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;

function normalized(text: string): string {
  return PLAIN_INTEGER.test(text) ? text : renderDecimal(parseDecimal(text));
}

function toBuffer(value: unknown): Buffer {
  return typeof value === 'string'
    ? Buffer.from(value, 'base64')
    : Buffer.from(value as Uint8Array);
}

function readNull(value: unknown): true {
  if (value === true) return value;
  throw new ValidationException(
    'One or more parameter values were invalid: Null attribute value types must have the value of true',
  );
}

/** The double space and the article are AWS's. */
const EMPTY_SET_MESSAGES = {
  SS: 'An string set  may not be empty',
  NS: 'An number set  may not be empty',
  BS: 'Binary sets should not be empty',
} as const;

function readSet(type: 'SS' | 'NS' | 'BS', given: readonly unknown[]): AttributeValue {
  if (given.length === 0) throw invalid(EMPTY_SET_MESSAGES[type]);
  // Its members differ, so that all but one have a byte; sorting more would take others' time.
  if (given.length > ITEM_BYTES) {
    throw new ValidationException('Item size has exceeded the maximum allowed size');
  }
  if (type === 'BS') {
    const value = given.map(toBuffer);
    if (new Set(value.map(byteText)).size < value.length) {
      const shown = JSON.stringify(inAwsOrder(value, sortBytes, byteText).map(base64));
      throw invalid(`Input collection ${shown}of type BS contains duplicates.`);
    }
    return { type, value: sortBytes(value) };
  }
  if (type === 'NS') {
    const value = given.map((number) => normalized(String(number)));
    if (new Set(value).size < value.length) throw invalid('Input collection contains duplicates.');
    return { type, value: sortNumbers(value) };
  }
  const value = given.map((text) => unicode(String(text)));
  if (new Set(value).size < value.length) {
    const shown = inAwsOrder(value, sortTexts, String).map((text) => JSON.stringify(text));
    throw invalid(`Input collection [${shown.join(', ')}] contains duplicates.`);
  }
  return { type, value: sortTexts(value) };
}

/** AWS lists the members in order up to the first repeat, then the repeat, then the others as sent. */
function inAwsOrder<Member>(
  members: readonly Member[],
  sort: (members: Member[]) => readonly Member[],
  textOf: (member: Member) => string,
): readonly Member[] {
  const seen = new Set<string>();
  const repeat = members.findIndex((member) => {
    const count = seen.size;
    return seen.add(textOf(member)).size === count;
  });
  return [...sort(members.slice(0, repeat)), ...members.slice(repeat)];
}

function invalid(message: string): ValidationException {
  return new ValidationException(`One or more parameter values were invalid: ${message}`);
}

function sortBytes(values: Buffer[]): readonly Buffer[] {
  return values.sort((one, other) => Buffer.compare(one, other));
}

/** JavaScript sorts texts by their units, which is the order of their bytes as long as there are none of these. */
const LATE_UNIT = /[\ud800-\uffff]/;

function sortTexts(texts: string[]): readonly string[] {
  return texts.some((text) => LATE_UNIT.test(text)) ? texts.sort(compareTexts) : texts.sort();
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

/** Bytes as text that sorts and compares as they do. */
export function byteText(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** As UTF-8 bytes, as which only halves of surrogate pairs have another order than as they are. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  if (at === length) return one.length - other.length;
  return weightOf(one.charCodeAt(at)) - weightOf(other.charCodeAt(at));
}

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
const BEYOND_UNITS = 0x1_0000;

/** Characters of two units come behind all of one. */
function weightOf(unit: number): number {
  return unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE ? unit + BEYOND_UNITS : unit;
}

/** Whole numbers of so many digits are JavaScript's own, and are written as they were. */
const OWN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

/** By their values as JavaScript's numbers, which are never the other way round; equal ones exactly. */
function sortNumbers(numbers: readonly string[]): readonly string[] {
  if (numbers.every((text) => OWN_INTEGER.test(text))) {
    return Array.from(Float64Array.from(numbers, Number).sort(), String);
  }
  return numbers
    .map((text) => ({ text, value: Number(text) }))
    .sort((one, other) => one.value - other.value || compareNumbers(one.text, other.text))
    .map(({ text }) => text);
}

export function compareNumbers(one: string, other: string): number {
  return compareDecimals(parseDecimal(one), parseDecimal(other));
}

export function compareDecimals(one: Decimal, other: Decimal): number {
  if (one.negative !== other.negative) return one.negative ? -1 : 1;
  if (one.digits === '' || other.digits === '') {
    const size = Number(one.digits !== '') - Number(other.digits !== '');
    return one.negative || other.negative ? -size : size;
  }
  const order =
    one.exponent - other.exponent ||
    (one.digits === other.digits ? 0 : one.digits < other.digits ? -1 : 1);
  return one.negative ? -order : order;
}

/** An item in the SDK's types; `__proto__` is an attribute name like any other. */
export function toWireItem(item: Item): SdkItem {
  return Object.fromEntries(Array.from(item, ([name, value]) => [name, toWire(value)]));
}

/** Sets are not copied: they may have a hundred thousand members, and no caller changes them. */
export function toWire(value: AttributeValue): SdkValue {
  switch (value.type) {
    case 'S':
      return { S: value.value };
    case 'N':
      return { N: value.value };
    case 'B':
      return { B: value.value };
    case 'BOOL':
      return { BOOL: value.value };
    case 'NULL':
      return { NULL: value.value };
    case 'SS':
      return { SS: value.value as string[] };
    case 'NS':
      return { NS: value.value as string[] };
    case 'BS':
      return { BS: value.value as Buffer[] };
    case 'L':
      return { L: value.value.map(toWire) };
    case 'M':
      return { M: toWireItem(value.value) };
  }
}

/** What it takes of an item. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of item) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

export function valueBytes(value: AttributeValue): number {
  if (value.type !== 'NS') return countBytes(value);
  const bytes = numberSetBytes.get(value) ?? countBytes(value);
  numberSetBytes.set(value, bytes);
  return bytes;
}

/** An item is measured several times a request, and each number of a set is read for it. */
const numberSetBytes = new WeakMap<AttributeValue, number>();

function countBytes(value: AttributeValue): number {
  switch (value.type) {
    case 'S':
      return Buffer.byteLength(value.value);
    case 'N':
      return numberBytes(value.value);
    case 'B':
      return value.value.length;
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'SS':
      return sum(value.value, (text) => Buffer.byteLength(text));
    case 'NS':
      return sum(value.value, numberBytes);
    case 'BS':
      return sum(value.value, (bytes) => bytes.length);
    case 'L':
      return 3 + sum(value.value, (item) => 1 + valueBytes(item));
    case 'M':
      return 3 + value.value.size + itemBytes(value.value);
  }
}

/** Of a number as it is kept; of a whole one without reading it, as a set may have a hundred thousand. */
export function numberBytes(text: string): number {
  if (!PLAIN_INTEGER.test(text)) return decimalBytes(parseDecimal(text));
  if (text === '0') return 1;
  const sign = text.startsWith('-') ? 1 : 0;
  let end = text.length;
  while (text[end - 1] === '0') end -= 1;
  return 1 + Math.ceil((end - sign) / 2) + sign;
}

function sum<Member>(members: readonly Member[], bytes: (member: Member) => number): number {
  return members.reduce((total, member) => total + bytes(member), 0);
}

export function equalValues(one: AttributeValue, other: AttributeValue): boolean {
  switch (one.type) {
    case 'B':
      return other.type === 'B' && one.value.equals(other.value);
    case 'SS':
    case 'NS':
      return (
        other.type === one.type &&
        one.value.length === other.value.length &&
        one.value.every((text, index) => text === other.value[index])
      );
    case 'BS':
      return (
        other.type === 'BS' &&
        one.value.length === other.value.length &&
        one.value.every((bytes, index) => other.value[index]?.equals(bytes) === true)
      );
    case 'L':
      return (
        other.type === 'L' &&
        one.value.length === other.value.length &&
        one.value.every((item, index) => equalOptional(item, other.value[index]))
      );
    case 'M':
      return (
        other.type === 'M' &&
        one.value.size === other.value.size &&
        Array.from(one.value).every(([name, item]) => equalOptional(item, other.value.get(name)))
      );
    case 'S':
    case 'N':
    case 'BOOL':
    case 'NULL':
      return other.type === one.type && one.value === other.value;
  }
}

function equalOptional(one: AttributeValue, other: AttributeValue | undefined): boolean {
  return other !== undefined && equalValues(one, other);
}

/** Undefined where the two have no order: of different types, or neither text, number nor bytes. */
export function compareValues(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.type === 'S' && other.type === 'S') return compareTexts(one.value, other.value);
  if (one.type === 'N' && other.type === 'N') return compareNumbers(one.value, other.value);
  if (one.type === 'B' && other.type === 'B') return Buffer.compare(one.value, other.value);
  return undefined;
}

/** @throws ValidationException where the sum cannot be stored */
export function addNumbers(one: string, other: string): string {
  return renderDecimal(addDecimals(parseDecimal(one), parseDecimal(other)));
}

/** Both sets together; the first one's type counts. */
export function unite(one: AttributeValue, other: AttributeValue): AttributeValue {
  return withMembers(one, [...members(one), ...members(other)]);
}

/** The first set without the members of the other; undefined where none is left. */
export function subtract(one: AttributeValue, other: AttributeValue): AttributeValue | undefined {
  const removed = memberSet(other);
  const left = members(one).filter((member) => !removed.has(member));
  return left.length === 0 ? undefined : withMembers(one, left);
}

/** Many parts of an expression may look into the same set. */
const memberSets = new WeakMap<AttributeValue, ReadonlySet<string>>();

function memberSet(value: AttributeValue): ReadonlySet<string> {
  const known = memberSets.get(value);
  if (known !== undefined) return known;
  const set = new Set(members(value));
  memberSets.set(value, set);
  return set;
}

/** Whether a set has a member, which is text as in {@link byteText} where the set is of bytes. */
export function hasMember(set: AttributeValue, member: string): boolean {
  return memberSet(set).has(member);
}

function members(set: AttributeValue): readonly string[] {
  if (set.type === 'SS' || set.type === 'NS') return set.value;
  return set.type === 'BS' ? set.value.map(byteText) : [];
}

function withMembers({ type }: AttributeValue, texts: readonly string[]): AttributeValue {
  const distinct = [...new Set(texts)];
  if (type === 'NS') return { type, value: sortNumbers(distinct) };
  if (type === 'BS') {
    return {
      type,
      value: sortBytes(distinct.map((text) => Buffer.from(text, 'latin1'))),
    };
  }
  return { type: 'SS', value: sortTexts(distinct) };
}

export function isSet(type: AttributeType): boolean {
  return type === 'SS' || type === 'NS' || type === 'BS';
}

/** How deep a value nests, itself included. */
export function depthOf(value: AttributeValue): number {
  if (value.type === 'L') return 1 + deepest(value.value);
  if (value.type === 'M') return 1 + deepest(value.value.values());
  return 1;
}

/** A list may have more values than a call has arguments. */
function deepest(values: Iterable<AttributeValue>): number {
  let depth = 0;
  for (const value of values) depth = Math.max(depth, depthOf(value));
  return depth;
}
