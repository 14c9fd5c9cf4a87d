import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { digest } from '../jsonata/aws-functions.ts';
import { JavaRandom } from '../jsonata/java-random.ts';
import { compileJsonPath, type PathScope } from '../jsonpath/evaluate.ts';
import { isEqual } from '../jsonpath/filter.ts';
import { StatesError } from '../states-error.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { IntrinsicArgument, IntrinsicCall, IntrinsicName } from './intrinsic.ts';

/** What an intrinsic function needs besides its arguments. */
export interface IntrinsicScope extends PathScope {
  random(): number;
  uuid(): string;
}

export type IntrinsicReader = (scope: IntrinsicScope) => Json;

type Implementation = (scope: IntrinsicScope, ...args: readonly Json[]) => Json;

/** How many items `States.ArrayRange` may make. */
const maximumRange = 1000;

/** How many characters the hashing and Base64 functions take. */
const maximumCharacters = 10_000;

/** Compiles a call; `text` is the whole expression, for error messages. */
export function compileIntrinsic(call: IntrinsicCall, text: string): IntrinsicReader {
  if (call.name === 'States.Format') return compileFormat(call, text);
  const args = call.arguments.map((argument) => compileArgument(argument, text));
  const implementation = implementations[call.name];
  return (scope) => implementation(scope, ...args.map((argument) => argument(scope)));
}

function compileArgument(argument: IntrinsicArgument, text: string): IntrinsicReader {
  switch (argument.kind) {
    case 'call':
      return compileIntrinsic(argument, text);
    case 'path': {
      const read = compileJsonPath(argument.path);
      return (scope) => {
        const value = read(scope);
        if (value !== undefined) return value;
        throw new StatesError(
          'States.Runtime',
          `The function '${text}' had the following error: The JsonPath argument for the field '${argument.text}' could not be found in the input '${JSON.stringify(scope.input)}'`,
        );
      };
    }
    case 'string':
    case 'number':
    case 'boolean': {
      const { value } = argument;
      return () => value;
    }
    case 'null':
      return () => null;
  }
}

function fail(cause: string): never {
  throw new StatesError('States.IntrinsicFailure', cause);
}

function compileFormat(call: IntrinsicCall, text: string): IntrinsicReader {
  const [template, ...rest] = call.arguments;
  const values = rest.map((argument) => compileArgument(argument, text));
  if (template?.kind === 'string') {
    return (scope) =>
      interleave(
        template.parts,
        values.map((value) => value(scope)),
        text,
      );
  }
  const dynamic = template === undefined ? () => '' : compileArgument(template, text);
  return (scope) => {
    const format = dynamic(scope);
    if (typeof format !== 'string') return fail(`Invalid arguments in ${call.name}`);
    return interleave(
      format.split('{}'),
      values.map((value) => value(scope)),
      text,
    );
  };
}

function interleave(parts: readonly string[], values: readonly Json[], text: string): string {
  if (parts.length - 1 !== values.length) {
    fail(`Number of arguments do not match the occurrences of {} in ${text}`);
  }
  return parts
    .map((part, index) => (index === 0 ? part : javaText(values[index - 1] ?? null) + part))
    .join('');
}

/** AWS prints values as Java does: `{a=1, b=[x, y]}`. */
function javaText(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(javaText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}=${javaText(member)}`);
  return `{${members.join(', ')}}`;
}

function listOf(value: Json | undefined, name: string): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return fail(`Invalid arguments in ${name}`);
}

function textOf(value: Json | undefined, name: string): string {
  return typeof value === 'string' ? value : fail(`Invalid arguments in ${name}`);
}

/** Numbers are rounded to the nearest integer. */
function integerOf(value: Json | undefined, name: string): number {
  return typeof value === 'number' ? Math.round(value) : fail(`Invalid arguments in ${name}`);
}

function shortText(value: Json | undefined, name: string): string {
  const text = textOf(value, name);
  return text.length <= maximumCharacters ? text : fail(`Invalid arguments in ${name}`);
}

const implementations: Readonly<Record<Exclude<IntrinsicName, 'States.Format'>, Implementation>> = {
  'States.Array': (_, ...items) => items,
  'States.ArrayContains': (_, list, wanted) =>
    listOf(list, 'States.ArrayContains').some((item) => isEqual(item, wanted)),
  'States.ArrayGetItem': (_, list, index) => {
    const items = listOf(list, 'States.ArrayGetItem');
    const item = items[integerOf(index, 'States.ArrayGetItem')];
    return item === undefined ? fail('Index out of bounds in States.ArrayGetItem') : item;
  },
  'States.ArrayLength': (_, list) => listOf(list, 'States.ArrayLength').length,
  'States.ArrayPartition': (_, list, size) => partition(list, size),
  'States.ArrayRange': (_, first, last, step) => range(first, last, step),
  'States.ArrayUnique': (_, list) => unique(listOf(list, 'States.ArrayUnique')),
  'States.Base64Decode': (_, text) => {
    const bytes = decodeBase64(shortText(text, 'States.Base64Decode'));
    return bytes === undefined
      ? fail('Invalid arguments in States.Base64Decode')
      : new TextDecoder().decode(bytes);
  },
  'States.Base64Encode': (_, text) =>
    encodeBase64(utf8ToBytes(shortText(text, 'States.Base64Encode'))),
  'States.Hash': (_, data, algorithm) => {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    const hashed = digest(shortText(text, 'States.Hash'), textOf(algorithm, 'States.Hash'));
    return hashed ?? fail('Invalid arguments in States.Hash');
  },
  'States.JsonMerge': (_, first, second, deep) => merge(first, second, deep),
  'States.JsonToString': (_, value) => JSON.stringify(value),
  'States.MathAdd': (_, left, right) =>
    integerOf(left, 'States.MathAdd') + integerOf(right, 'States.MathAdd'),
  'States.MathRandom': (scope, first, last, seed) => random(scope, first, last, seed),
  'States.StringSplit': (_, text, separators) =>
    split(textOf(text, 'States.StringSplit'), textOf(separators, 'States.StringSplit')),
  'States.StringToJson': (_, text) => parse(textOf(text, 'States.StringToJson')),
  'States.UUID': (scope) => scope.uuid(),
};

function partition(list: Json | undefined, size: Json | undefined): Json {
  const items = listOf(list, 'States.ArrayPartition');
  const length = integerOf(size, 'States.ArrayPartition');
  if (length <= 0) fail('Invalid arguments in States.ArrayPartition');
  const parts: Json[] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}

function range(first: Json | undefined, last: Json | undefined, step: Json | undefined): Json {
  const from = integerOf(first, 'States.ArrayRange');
  const to = integerOf(last, 'States.ArrayRange');
  const by = integerOf(step, 'States.ArrayRange');
  if (by === 0) fail('Invalid arguments in States.ArrayRange');
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > maximumRange) fail('States.ArrayRange cannot generate more than 1000 items');
  return Array.from({ length: count }, (_, index) => from + index * by);
}

function unique(items: readonly Json[]): Json {
  const found: Json[] = [];
  for (const item of items) if (!found.some((each) => isEqual(each, item))) found.push(item);
  return found;
}

function merge(first: Json | undefined, second: Json | undefined, deep: Json | undefined): Json {
  if (!isJsonObject(first) || !isJsonObject(second) || deep !== false) {
    return fail('Invalid arguments in States.JsonMerge');
  }
  return { ...first, ...second } satisfies JsonObject;
}

/** From the first number up to, but not including, the second. */
function random(
  scope: IntrinsicScope,
  first: Json | undefined,
  last: Json | undefined,
  seed: Json | undefined,
): Json {
  const from = integerOf(first, 'States.MathRandom');
  const to = integerOf(last, 'States.MathRandom');
  if (from >= to) return from === to ? from : fail('Invalid arguments in States.MathRandom');
  if (seed === undefined) return from + Math.floor(scope.random() * (to - from));
  const generator = new JavaRandom(integerOf(seed, 'States.MathRandom'));
  return from + generator.nextInt(to - from);
}

/** Every character of `separators` separates; empty parts are dropped. */
function split(text: string, separators: string): Json {
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (!separators.includes(character)) {
      part += character;
    } else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  if (part !== '') parts.push(part);
  return parts;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return fail(`Invalid arguments in States.StringToJson`);
  }
}
