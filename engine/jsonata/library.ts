import { calendarOf } from '../instant.ts';
import { awsFunctions } from './aws-functions.ts';
import { type CallContext, NativeFunction } from './callable.ts';
import { costs } from './cost.ts';
import { type Frame, unbound } from './frame.ts';
import { higherOrderFunctions } from './higher-order.ts';
import {
  type PackageFunctionName,
  packageFunctions,
  synchronousNames,
  transformSignature,
} from './package-functions.ts';
import {
  createSequenceOf,
  createSequence as emptySequence,
  maximumHeldBytes,
  outOfMemory,
} from './values.ts';

export { transformSignature };

/** All functions an expression can call. AWS leaves `$eval` out, so calling it is calling nothing. */
const library: ReadonlyMap<string, NativeFunction> = new Map([
  ...synchronousNames.map((name) => [name, adopt(name)] as const),
  ...Object.entries(higherOrderFunctions),
  ...Object.entries(awsFunctions),
]);

/** Whether `$name` is a function where nothing else is bound to the name. */
export function isFunctionName(name: string): boolean {
  return library.has(name);
}

/** The value of `$name`: bound in the expression, given from outside, or a function of the library. */
export function lookupVariable(name: string, frame: Frame): unknown {
  const bound = frame.lookup(name);
  if (bound !== unbound) return bound;
  const outer = frame.evaluation.scope.lookup(name);
  return outer === undefined ? library.get(name) : outer;
}

/** How `$string` and `&` write a value. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  return packageFunctions.string.implementation.call(undefined, value) as string | undefined;
}

/** What the package's functions expect as `this`. */
function focusOf(context: CallContext) {
  return {
    environment: { timestamp: calendarOf(context.evaluation.instant) },
    createSequence,
  };
}

const plainFocus = { createSequence };

function createSequence(...items: readonly unknown[]): unknown[] {
  return items.length === 0 ? emptySequence() : createSequenceOf(items[0]);
}

function chargePadding({ evaluation }: CallContext, width: number): void {
  if (width > maximumHeldBytes) throw outOfMemory();
  if (width > 0) evaluation.read(width, 1 / 16);
}

function adopt(name: PackageFunctionName): NativeFunction {
  const { implementation, signature } = packageFunctions[name];
  const timely = name === 'toMillis';
  return new NativeFunction(
    (context: CallContext, args) => {
      // Found out before the text is made, not after.
      if (name === 'pad') chargePadding(context, Math.abs(Number(args[1])));
      return implementation.apply(timely ? focusOf(context) : plainFocus, [...args]);
    },
    signature,
    implementation.length,
    costs[name],
  );
}
