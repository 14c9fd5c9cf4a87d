import { compilePattern, JUDGED_CHARACTERS } from './pattern.ts';
import type { Shape } from './shapes.ts';
import { enumSet, printNumber } from './words.ts';

/** A constraint on a value of the right type. */
export interface Rule {
  readonly name: 'pattern' | 'maximum' | 'minimum' | 'enum';
  /** The limit in the model, if there is one. */
  readonly limit?: number;
  /** The values of the enumeration, in the order of the model. */
  readonly values?: readonly string[];
  /** AWS's message: `Member must have length less than or equal to 80`. */
  readonly text: string;
  holds(value: unknown): boolean;
}

/** The constraints of a shape, in the order of AWS's messages. */
export function rulesOf(shape: Shape): readonly Rule[] {
  const { pattern, max, min, enum: values } = shape;
  return [
    ...(pattern === undefined ? [] : [patternRule(pattern, max)]),
    ...(max === undefined ? [] : [sizeRule(shape, 'maximum', max)]),
    ...(min === undefined ? [] : [sizeRule(shape, 'minimum', min)]),
    ...(values === undefined ? [] : [enumRule(values)]),
  ];
}

/**
 * The constraints of the items of a list, or of the keys or values of a map. When one is violated, AWS's message
 * names all of them, sizes first. (`cors.allowMethods` of Lambda, `inputPathsMap` of EventBridge)
 */
export function listRules(rules: readonly Rule[], neverNull: boolean): string {
  const texts = [
    ...rules.filter(({ name }) => name !== 'pattern'),
    ...rules.filter(({ name }) => name === 'pattern'),
  ].map(({ text }) => text);
  return `[${[...texts, ...(neverNull ? ['Member must not be null'] : [])].join(', ')}]`;
}

function patternRule(pattern: string, max = JUDGED_CHARACTERS): Rule {
  const expression = compilePattern(pattern);
  const judged = Math.max(max, JUDGED_CHARACTERS);
  return {
    name: 'pattern',
    text: `Member must satisfy regular expression pattern: ${pattern}`,
    holds: (value) => {
      const text = value as string;
      return text.length > judged || expression.test(text);
    },
  };
}

function sizeRule(shape: Shape, name: 'maximum' | 'minimum', limit: number): Rule {
  const size = sizeOf(shape);
  const what = isNumeric(shape.type) ? 'value' : 'length';
  const relation = name === 'maximum' ? 'less' : 'greater';
  return {
    name,
    limit,
    text: `Member must have ${what} ${relation} than or equal to ${printNumber(limit, shape.type)}`,
    holds: name === 'maximum' ? (value) => size(value) <= limit : (value) => size(value) >= limit,
  };
}

function isNumeric(type: Shape['type']): boolean {
  return type === 'integer' || type === 'long' || type === 'float' || type === 'double';
}

/** The size of a value: characters, bytes, items, entries, or the number itself. */
function sizeOf({ type, countsBytes }: Shape): (value: unknown) => number {
  if (isNumeric(type)) return Number;
  if (type === 'map') return (value) => Object.keys(value as object).length;
  if (type === 'blob') return bytesOf;
  if (countsBytes === true) return (value) => Buffer.byteLength(value as string);
  return (value) => (value as string | readonly unknown[]).length;
}

/** The size of a stream is not known yet; its reader counts. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 1;
}

function enumRule(values: readonly string[]): Rule {
  const known = new Set<unknown>(values);
  return {
    name: 'enum',
    values,
    text: `Member must satisfy enum value set: [${enumSet(values).join(', ')}]`,
    holds: (value) => known.has(value),
  };
}
