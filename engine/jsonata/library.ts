import { NATIVE_TESTS_PER_STEP } from '../bounded-regex.ts';
import { calendarOf } from '../instant.ts';
import { awsFunctions } from './aws-functions.ts';
import { type CallContext, NativeFunction } from './callable.ts';
import { costs } from './cost.ts';
import { assertScalable, waysToMatch } from './endless-pictures.ts';
import { type Frame, unbound } from './frame.ts';
import { higherOrderFunctions } from './higher-order.ts';
import {
  type PackageFunctionName,
  packageFunctions,
  synchronousNames,
  transformSignature,
} from './package-functions.ts';
import { MAXIMUM_HELD_BYTES, outOfMemory } from './values.ts';

export { transformSignature };

/** Longer pictures are charged with the square of their length. */
const SHORT_PICTURE = 64;

/** Charges a function in advance for the size of its result, or for data that it reads repeatedly. */
const charges: Partial<
  Record<PackageFunctionName, (context: CallContext, args: readonly unknown[]) => void>
> = {
  pad: (context, [, width, filling]) => chargePadding(context, Math.abs(Number(width)), filling),
  join: (_, [list, separator]) => assertJoinable(list, separator),
  formatNumber: (context, [value, picture, options]) => {
    chargePicture(context, picture, 1 / 32);
    if (typeof value !== 'number' || (value > 0 && Number.isFinite(value))) return;
    // With a number that is valid for every picture, so that an error in the picture is reported first.
    packageFunctions.formatNumber.implementation(1, picture, options);
    assertScalable(value, picture, options);
  },
  formatInteger: (context, [, picture]) => chargePicture(context, picture, 1 / 512),
  toMillis: (context, [text, picture]) => chargeTimestamp(context, text, picture),
};

/** All functions that an expression can call. AWS omits `$eval`, so a call to it is a call to a non-function. */
const library: ReadonlyMap<string, NativeFunction> = new Map([
  ...synchronousNames.map((name) => [name, adopt(name)] as const),
  ...Object.entries(higherOrderFunctions),
  ...Object.entries(awsFunctions),
]);

/** Whether `$name` is a function, unless another value is bound to the name. */
export function isFunctionName(name: string): boolean {
  return library.has(name);
}

/** The value of `$name`: bound in the expression, from its scope, or a function of the library. */
export function lookupVariable(name: string, frame: Frame): unknown {
  const bound = frame.lookup(name);
  if (bound !== unbound) return bound;
  const outer = frame.evaluation.scope.lookup(name);
  return outer === undefined ? library.get(name) : outer;
}

/** The number of digits that `$string` writes. */
const SHOWN_DIGITS = 15;

/** Numbers from this one on can have more digits. */
const EXACT = 1e15;

/** Converts a value to text as `$string` and `&` do. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Math.abs(value) < EXACT) {
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(SHOWN_DIGITS)));
  }
  return packageFunctions.string.implementation.call(undefined, value) as string | undefined;
}

/** The `this` that `$toMillis` of the package expects. */
function focusOf(context: CallContext) {
  return { environment: { timestamp: calendarOf(context.evaluation.instant) } };
}

function lengthOf(text: unknown): number {
  return typeof text === 'string' ? text.length : 0;
}

/** The package repeats a filling of several characters once for every character to fill. */
function chargePadding({ evaluation }: CallContext, width: number, filling: unknown): void {
  if (width > MAXIMUM_HELD_BYTES) throw outOfMemory();
  const length = lengthOf(filling);
  if (width > 0) evaluation.read(width * Math.max(1, length), length > 1 ? 1 / 3 : 1 / 16);
}

/** Checks the size of a joined text before it is created. */
function assertJoinable(list: unknown, separator: unknown): void {
  const length = Array.isArray(list) ? list.length * lengthOf(separator) : 0;
  if (length > MAXIMUM_HELD_BYTES) throw outOfMemory();
}

/** The package reads a whole picture again for each of its separators. */
function chargePicture({ evaluation }: CallContext, picture: unknown, steps: number): void {
  const length = lengthOf(picture);
  if (length > SHORT_PICTURE) evaluation.step(length * length * steps);
}

function chargeTimestamp({ evaluation }: CallContext, text: unknown, picture: unknown): void {
  if (typeof text !== 'string') return;
  const ways = waysToMatch(text, typeof picture === 'string' ? picture : undefined);
  evaluation.step(ways / NATIVE_TESTS_PER_STEP);
}

function adopt(name: PackageFunctionName): NativeFunction {
  const { implementation, signature } = packageFunctions[name];
  const timely = name === 'toMillis';
  const charge = charges[name];
  return new NativeFunction(
    (context: CallContext, args) => {
      charge?.(context, args);
      return implementation.apply(timely ? focusOf(context) : undefined, [...args]);
    },
    signature,
    implementation.length,
    costs[name],
  );
}
