import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type CallContext, NativeFunction } from './callable.ts';
import { costs } from './cost.ts';
import { JsonataFault } from './fault.ts';
import { nextDouble } from './java-random.ts';
import { parseStrictJson } from './strict-json.ts';
import { assertItems, outOfMemory } from './values.ts';

/**
 * The functions that AWS adds to JSONata.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-data-jsonata
 */
export const awsFunctions: Readonly<
  Record<'partition' | 'range' | 'hash' | 'random' | 'uuid' | 'parse', NativeFunction>
> = {
  partition: define('partition', 1, 2, partition),
  range: define('range', 2, 3, range),
  hash: define('hash', 1, 2, hash),
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

/** AWS's error for an invalid value of the right type. */
function invalid(message: string): JsonataFault {
  return new JsonataFault('D3137', { message });
}

/** AWS rounds sizes towards zero: https://github.com/floci-io/floci/pull/2676. */
function integer(value: unknown, token: string, index: number): number {
  if (typeof value !== 'number') throw mismatch(token, index);
  return Math.trunc(value);
}

/** Without a size, AWS returns one partition with all items. */
function partition(_: CallContext, list: unknown, ...sizes: readonly unknown[]): unknown {
  const size = sizes.length === 0 ? Number.POSITIVE_INFINITY : sizes[0];
  if (list === undefined || size === undefined) return undefined;
  const length = integer(size, 'partition', 2);
  // AWS's message lacks the type too.
  if (!Array.isArray(list)) throw new JsonataFault('T0412', { token: 'partition', index: 1 });
  const items = list as readonly unknown[];
  if (length < 0) throw invalid('Second argument must be zero or greater');
  if (length === 0 || items.length === 0) return undefined;
  const parts: unknown[] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}

/** The maximum number of items of `$range` on AWS: https://github.com/floci-io/floci/pull/2790. */
const MAXIMUM_RANGE_ITEMS = 360_145;

function range({ evaluation }: CallContext, first: unknown, last: unknown, step: unknown): unknown {
  const from = integer(first, 'range', 1);
  const to = integer(last, 'range', 2);
  if (step === undefined) return undefined;
  const by = integer(step, 'range', 3);
  if (by === 0) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  if (count <= 0) return undefined;
  if (count > MAXIMUM_RANGE_ITEMS) throw outOfMemory();
  // A sequence with one item is its item.
  if (count === 1) return from;
  assertItems(count);
  evaluation.read(count, 1 / 3);
  return Array.from({ length: count }, (_, index) => from + index * by);
}

const algorithms: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  MD5: md5,
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
};

/** The digest of a text, in hexadecimal; undefined for an algorithm that AWS does not support. */
export function digest(text: string, algorithm: string): string | undefined {
  if (!Object.hasOwn(algorithms, algorithm)) return undefined;
  const compute = algorithms[algorithm];
  return compute === undefined ? undefined : bytesToHex(compute(utf8ToBytes(text)));
}

function hash(_: CallContext, text: unknown, algorithm: unknown): unknown {
  if (typeof text !== 'string') throw mismatch('hash', 1);
  if (algorithm === undefined) return undefined;
  if (typeof algorithm !== 'string') throw mismatch('hash', 2);
  const hashed = digest(text, algorithm);
  if (hashed !== undefined) return hashed;
  throw invalid(
    `Hash algorithm '${algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`,
  );
}

function random(context: CallContext, seed: unknown): unknown {
  if (seed === undefined) return context.evaluation.scope.random();
  return nextDouble(integer(seed, 'random', 1));
}

function parse(_: CallContext, text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw mismatch('parse', 1);
  try {
    return parseStrictJson(text);
  } catch {
    throw invalid('Invalid JSON');
  }
}
