import type { JsonPath } from '../jsonpath/path.ts';

/** A call of an intrinsic function: `States.Format('{}', $.a)`. */
export interface IntrinsicCall {
  readonly kind: 'call';
  readonly name: IntrinsicName;
  readonly arguments: readonly IntrinsicArgument[];
}

/**
 * An argument of an intrinsic function. A string has its `value`, with escapes resolved, and its `parts`, the same
 * text split at each unescaped `{}`, for the template of `States.Format`. A string with a brace that is neither
 * escaped nor part of a `{}` is not a template (`isTemplate`).
 */
export type IntrinsicArgument =
  | IntrinsicCall
  | { readonly kind: 'path'; readonly path: JsonPath; readonly text: string }
  | {
      readonly kind: 'string';
      readonly value: string;
      readonly parts: readonly string[];
      readonly isTemplate: boolean;
    }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

/** The minimum and maximum number of arguments of each function; AWS ignores those of `States.UUID`. */
export const intrinsicArity = {
  'States.Array': [0, Number.POSITIVE_INFINITY],
  'States.ArrayContains': [2, 2],
  'States.ArrayGetItem': [2, 2],
  'States.ArrayLength': [1, 1],
  'States.ArrayPartition': [2, 2],
  'States.ArrayRange': [3, 3],
  'States.ArrayUnique': [1, 1],
  'States.Base64Decode': [1, 1],
  'States.Base64Encode': [1, 1],
  'States.Format': [1, Number.POSITIVE_INFINITY],
  'States.Hash': [2, 2],
  'States.JsonMerge': [3, 3],
  'States.JsonToString': [1, 1],
  'States.MathAdd': [2, 2],
  'States.MathRandom': [2, 3],
  'States.StringSplit': [2, 2],
  'States.StringToJson': [1, 1],
  'States.UUID': [0, Number.POSITIVE_INFINITY],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

export type IntrinsicName = keyof typeof intrinsicArity;

/**
 * The maximum nesting depth of calls.
 * https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
export const MAXIMUM_INTRINSIC_LEVELS = 10;
