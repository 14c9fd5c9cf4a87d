import jsonata from 'jsonata';
import type { Signature } from './syntax.ts';

/** A built-in function, as the jsonata package stores it. */
export interface PackageFunction {
  readonly implementation: (this: unknown, ...args: readonly unknown[]) => unknown;
  readonly signature: Signature;
}

/** The parts of the package's environments that are used here. */
interface Environment {
  lookup(name: string): unknown;
}

/** Called by the package with the environment at the beginning of every evaluation, before its first promise. */
const EVALUATION_HOOK = Symbol.for('jsonata.__evaluate_entry') as unknown as string;

/**
 * The package gives access to its functions only as values of expressions, which it evaluates with promises. A
 * module that awaits a promise cannot be loaded by `require`, so they are read from the environment.
 */
function captureEnvironment(): Environment {
  let captured: Environment | undefined;
  const expression = jsonata('null');
  expression.registerFunction('transform', () => undefined, TRANSFORM_SIGNATURE);
  expression.assign(EVALUATION_HOOK, (_node: unknown, _input: unknown, found: Environment) => {
    captured = found;
  });
  void expression.evaluate({});
  if (captured === undefined) throw new Error('jsonata did not call its hook within evaluate.');
  return captured;
}

/** The package's own signature. */
const TRANSFORM_SIGNATURE = '<(oa):o>';
const environment = captureEnvironment();

function fetchFunction(name: string): PackageFunction {
  return environment.lookup(name) as PackageFunction;
}

/** Functions of the package that are used unchanged, because they are synchronous. */
export const synchronousNames = [
  'sum',
  'count',
  'average',
  'string',
  'substring',
  'lowercase',
  'uppercase',
  'length',
  'trim',
  'pad',
  'join',
  'formatNumber',
  'formatBase',
  'formatInteger',
  'parseInteger',
  'number',
  'floor',
  'ceil',
  'round',
  'abs',
  'sqrt',
  'power',
  'boolean',
  'not',
  'zip',
  'append',
  'exists',
  'reverse',
  'error',
  'assert',
  'type',
  'base64encode',
  'base64decode',
  'encodeUrlComponent',
  'encodeUrl',
  'decodeUrlComponent',
  'decodeUrl',
  'toMillis',
  'fromMillis',
  'clone',
] as const;

/**
 * Functions of which only the signature is used, because the package's own use promises or global random
 * numbers, are too slow, or ignore the special meaning of names such as `__proto__`.
 */
export const rewrittenNames = [
  'max',
  'min',
  'map',
  'filter',
  'single',
  'reduce',
  'each',
  'sift',
  'sort',
  'match',
  'contains',
  'replace',
  'split',
  'substringBefore',
  'substringAfter',
  'shuffle',
  'distinct',
  'spread',
  'keys',
  'lookup',
  'merge',
  'now',
  'millis',
] as const;

export type PackageFunctionName =
  | (typeof synchronousNames)[number]
  | (typeof rewrittenNames)[number];

export const packageFunctions: Readonly<Record<PackageFunctionName, PackageFunction>> =
  Object.fromEntries(
    [...synchronousNames, ...rewrittenNames].map((name) => [name, fetchFunction(name)] as const),
  ) as Record<PackageFunctionName, PackageFunction>;

/** The signature of the function that `|…|…|` evaluates to. */
export const transformSignature: Signature = fetchFunction('transform').signature;
