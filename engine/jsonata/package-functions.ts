import jsonata from 'jsonata';
import type { Signature } from './syntax.ts';

/** A built-in function as the jsonata package itself holds it. */
export interface PackageFunction {
  readonly implementation: (this: unknown, ...args: readonly unknown[]) => unknown;
  readonly signature: Signature;
}

/**
 * The package gives its functions away only as values of expressions, and only by promise; so they are
 * fetched once, when this module is loaded.
 */
async function fetchFunction(expression: string): Promise<PackageFunction> {
  return (await jsonata(expression).evaluate({})) as PackageFunction;
}

/** Functions whose own code runs synchronously: taken as they are. */
export const synchronousNames = [
  'sum',
  'count',
  'average',
  'string',
  'substring',
  'substringBefore',
  'substringAfter',
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
 * Functions the package writes with promises, with global chance, too slowly, or without regard for names like
 * `__proto__`: only their signatures are taken.
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
    await Promise.all(
      [...synchronousNames, ...rewrittenNames].map(
        async (name) => [name, await fetchFunction(`$${name}`)] as const,
      ),
    ),
  ) as Record<PackageFunctionName, PackageFunction>;

/** The signature of what `|…|…|` evaluates to. */
export const transformSignature: Signature = (await fetchFunction('|$|{}|')).signature;
