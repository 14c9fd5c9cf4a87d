import { tryParseIntrinsic } from '../intrinsics/parse.ts';
import type { Json } from '../json.ts';
import { tryParseJsonPath } from '../jsonpath/parse.ts';
import { checkExpression, isExpression } from './jsonata-expression.ts';
import { messages } from './messages.ts';
import { type Check, itemOf, later, refuse } from './place.ts';
import { whyNotPathIntoInput, whyNotReferencePath } from './reference-path.ts';

/** Checks of single values. Each accepts the values that AWS accepts for a kind of field and reports all others. */

export const text: Check = (value, place) => {
  if (typeof value !== 'string') refuse(place, messages.expectedType('STRING'));
};

export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') refuse(place, messages.expectedType('BOOLEAN'));
};

/** A text, or an expression that gives one. */
export const dynamicText: Check = (value, place) => {
  text(value, place);
  if (typeof value === 'string' && place.language === 'JSONata') checkExpression(value, place);
};

export function oneOf(values: readonly string[]): Check {
  return (value, place) => {
    if (typeof value !== 'string') refuse(place, messages.expectedType('STRING'));
    else if (!values.includes(value)) refuse(place, messages.oneOf(values));
  };
}

export function numeric(minimum: number, maximum?: number): Check {
  return (value, place) => {
    if (typeof value !== 'number') return refuse(place, messages.expectedType('NUMBER'));
    if (value < minimum) refuse(place, messages.minimum(minimum));
    if (maximum !== undefined && value > maximum) refuse(place, messages.maximum(maximum));
  };
}

export function integer(minimum: number, maximum?: number): Check {
  const inRange = numeric(minimum, maximum);
  return (value, place) => {
    if (!Number.isInteger(value)) refuse(place, messages.expectedInteger);
    else inRange(value, place);
  };
}

/** An integer, or in JSONata an expression that gives one. */
export function dynamicInteger(minimum: number, maximum?: number): Check {
  const literal = integer(minimum, maximum);
  return (value, place) => {
    if (isDynamic(value) && place.language === 'JSONata') checkExpression(value, place);
    else literal(value, place);
  };
}

/** `true` or `false`, or in JSONata an expression that gives one of them. */
export const dynamicFlag: Check = (value, place) => {
  if (typeof value === 'boolean') return;
  if (typeof value !== 'string') refuse(place, messages.expectedType('STRING'));
  else if (isExpression(value)) checkExpression(value, place);
  else refuse(place, messages.openExpression);
};

export const timestamp: Check = (value, place) => {
  if (isDynamic(value) && place.language === 'JSONata') return checkExpression(value, place);
  if (typeof value !== 'string') return refuse(place, messages.expectedType('STRING'));
  if (!isTimestamp(value)) refuse(place, messages.invalidTimestamp);
};

/** A JSONPath, or null. */
export const jsonPath: Check = (value, place) => {
  if (value === null) return;
  if (typeof value !== 'string') refuse(place, messages.expectedType('STRING'));
  else if (tryParseJsonPath(value) === undefined) refuse(place, messages.invalidPath);
};

/** A path to one node, in a field of a state. */
export const pathToNode: Check = (value, place) => {
  if (typeof value !== 'string') return refuse(place, messages.expectedType('STRING'));
  if (tryParseJsonPath(value) === undefined) return refuse(place, messages.invalidPath);
  const reason = whyNotReferencePath(value);
  if (reason !== undefined) refuse(place, messages.notReferencePath(reason));
};

/**
 * A path to one node of the state's input, or null. Every other path can contain variables:
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
 */
export const resultPath: Check = (value, place) => {
  if (value === null) return;
  pathToNode(value, place);
  if (typeof value !== 'string' || whyNotReferencePath(value) !== undefined) return;
  const reason = whyNotPathIntoInput(value);
  if (reason !== undefined) refuse(place, messages.notReferencePath(reason));
};

/** A path to one node, in an operand of a Choice rule. */
export const operandPath: Check = (value, place) => {
  if (typeof value !== 'string') return refuse(place, messages.expectedType('STRING'));
  const reason = whyNotReferencePath(value);
  if (reason !== undefined) refuse(place, messages.notReferencePath(reason));
};

/** A path to one node or a call of an intrinsic function: `ErrorPath` and `CausePath`. */
export const pathOrIntrinsic: Check = (value, place) => {
  const isCall = typeof value === 'string' && tryParseIntrinsic(value) !== undefined;
  if (!isCall) pathToNode(value, place);
};

/** An array whose items all pass the check; with `needed`, it must not be empty. */
export function arrayOf(item: Check, needed = false): Check {
  return (value, place) => {
    if (!isArray(value)) return refuse(place, messages.expectedType('ARRAY'));
    if (needed && value.length === 0) refuse(place, messages.empty);
    for (const [index, entry] of value.entries()) {
      later(place, () => item(entry, itemOf(place, index)));
    }
  };
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isDynamic(value: Json): value is string {
  return typeof value === 'string' && isExpression(value);
}

/**
 * RFC 3339 with an upper-case `T`, and an upper-case `Z` or an offset.
 * https://states-language.net/spec.html#timestamps
 */
function isTimestamp(value: string): boolean {
  const found =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/u.exec(value);
  if (found === null) return false;
  // `Z` leaves the two parts of the offset undefined.
  const parts = found.slice(1).flatMap((part) => (part === undefined ? [] : Number(part)));
  const [year = Number.NaN, month = Number.NaN, day = Number.NaN, ...clock] = parts;
  return (
    isDate(year, month, day) && clock.every((value, index) => value < (CLOCK_LIMITS[index] ?? 0))
  );
}

/** Hour, minute and second, then the hour and minute of the offset. */
const CLOCK_LIMITS = [24, 60, 60, 24, 60];

function isDate(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
