import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { parseJson } from '../parse-json.ts';
import { type CallContext, NativeFunction } from './callable.ts';
import { costs } from './cost.ts';
import { JsonataFault } from './fault.ts';
import { nextDouble } from './java-random.ts';
import { assertItems, outOfMemory } from './values.ts';

/**
 * What AWS adds to JSONata.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-data-jsonata
 */
export const awsFunctions: Readonly<
  Record<'partition' | 'range' | 'hash' | 'random' | 'uuid' | 'parse', NativeFunction>
> = {
  partition: define('partition', 1, 2, partition),
  range: define('range', 3, 3, range),
  hash: define('hash', 2, 2, hash),
  random: define('random', 0, 1, random),
  uuid: define('uuid', 0, 0, (context) => context.evaluation.scope.uuid()),
  parse: define('parse', 1, 1, parse),
};

function define(
  name: string,
  fewest: number,
  most: number,
  implementation: (context: CallContext, ...args: readonly unknown[]) => unknown,
): NativeFunction {
  return new NativeFunction(
    (context, args) => {
      if (args.length > most) throw mismatch(name, most + 1);
      if (args.length < fewest) throw mismatch(name, args.length + 1);
      return implementation(context, ...args);
    },
    undefined,
    most,
    costs[name],
  );
}

function mismatch(token: string, index: number): JsonataFault {
  return new JsonataFault('T0410', { token, index });
}

/** AWS rounds sizes towards zero: https://github.com/floci-io/floci/pull/2676. */
function integer(value: unknown, token: string, index: number): number {
  if (typeof value !== 'number') throw mismatch(token, index);
  return Math.trunc(value);
}

/** Without a size AWS makes one part of all. */
function partition(_: CallContext, list: unknown, ...sizes: readonly unknown[]): unknown {
  const size = sizes.length === 0 ? Number.POSITIVE_INFINITY : sizes[0];
  if (list === undefined || size === undefined) return undefined;
  const length = integer(size, 'partition', 2);
  if (!Array.isArray(list)) throw mismatch('partition', 1);
  const items = list as readonly unknown[];
  if (length === 0) return undefined;
  if (length < 0) throw mismatch('partition', 2);
  const parts: unknown[] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}

/** The most items `$range` makes on AWS: https://github.com/floci-io/floci/pull/2790. */
const maximumRange = 360_145;

function range(_: CallContext, first: unknown, last: unknown, step: unknown): unknown {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const from = integer(first, 'range', 1);
  const to = integer(last, 'range', 2);
  const by = integer(step, 'range', 3);
  if (by === 0) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  if (count <= 0) return undefined;
  if (count > maximumRange) throw outOfMemory();
  assertItems(count);
  return Array.from({ length: count }, (__, index) => from + index * by);
}

const algorithms: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  MD5: md5,
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
};

/** The digest of a text, in hexadecimal; undefined for an algorithm that AWS does not have. */
export function digest(text: string, algorithm: string): string | undefined {
  if (!Object.hasOwn(algorithms, algorithm)) return undefined;
  const compute = algorithms[algorithm];
  return compute === undefined ? undefined : bytesToHex(compute(utf8ToBytes(text)));
}

function hash(_: CallContext, text: unknown, algorithm: unknown): unknown {
  if (text === undefined || algorithm === undefined) return undefined;
  if (typeof text !== 'string') throw mismatch('hash', 1);
  if (typeof algorithm !== 'string') throw mismatch('hash', 2);
  return digest(text, algorithm);
}

function random(context: CallContext, seed: unknown): unknown {
  if (seed === undefined) return context.evaluation.scope.random();
  return nextDouble(integer(seed, 'random', 1));
}

function parse(_: CallContext, text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw mismatch('parse', 1);
  try {
    return parseJson(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new JsonataFault(undefined, { message });
  }
}
