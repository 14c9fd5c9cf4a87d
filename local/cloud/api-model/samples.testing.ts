import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { isRequired, shapeOf } from './facts.ts';
import { compilePattern } from './pattern.ts';
import type { ApiFacts, Shape } from './shapes.ts';

/** Characters that patterns are tried with, likely ones first. */
const CHARACTERS = Array.from('a0A1-_./:=@+,*$s kK!#é中\t\n{}[]"');

const ASCII = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

/** A text that a pattern takes, or undefined where this cannot find one. */
function textFor(pattern: string): string | undefined {
  const expression = compilePattern(pattern);
  const source = expression.source.slice(4, -2);
  const tree = new RegExpParser().parsePattern(source, 0, source.length, { unicode: true });
  for (const extra of [0, 1, 2]) {
    const texts = tree.alternatives.flatMap((one) => [sequence(one.elements, extra)]);
    const found = texts.find((text) => text !== '' && expression.test(text));
    if (found !== undefined) return found;
  }
  return (
    CHARACTERS.find((character) => expression.test(character)) ??
    (expression.test('') ? '' : undefined)
  );
}

function sequence(elements: readonly AST.Element[], extra: number): string {
  return elements.map((element) => textOf(element, extra)).join('');
}

function textOf(element: AST.Element, extra: number): string {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass': {
      const one = new RegExp(`^${element.raw}$`, 'u');
      return [...CHARACTERS, ...ASCII].find((character) => one.test(character)) ?? '';
    }
    case 'Group':
    case 'CapturingGroup':
      return sequence(element.alternatives[0]?.elements ?? [], extra);
    case 'Quantifier':
      return textOf(element.element, extra).repeat(
        Math.min(element.max, Math.max(element.min, extra)),
      );
    case 'Assertion':
    case 'Backreference':
      return '';
  }
}

/** A text that a shape takes, of `length` characters or as near below it as its pattern lets it be. */
export function textOfLength(shape: Shape, length: number): string {
  const { pattern } = shape;
  if (shape.enum !== undefined) return shape.enum[0] ?? '';
  if (pattern === undefined) return 'x'.repeat(length);
  const expression = compilePattern(pattern);
  const seed = textFor(pattern);
  if (seed === undefined) throw new Error(`No text was found for ${pattern}`);
  if (seed.length >= length) return seed;
  let longest = seed;
  for (let target = length; target > seed.length; target = Math.floor((target + seed.length) / 2)) {
    for (let at = seed.length; at >= 0; at -= 1) {
      for (const character of CHARACTERS) {
        const text = seed.slice(0, at) + character.repeat(target - seed.length) + seed.slice(at);
        if (expression.test(text) && text.length > longest.length) longest = text;
        if (longest.length === target) return longest;
      }
    }
    if (target - seed.length <= 1) break;
  }
  return longest;
}

/** A value that breaks no rule: what must be there, and no more. */
export function validValue(facts: ApiFacts, reference: string): unknown {
  const shape = shapeOf(facts, reference);
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members)
          .filter(([, member]) => isRequired(member))
          .map(([name, member]) => [name, validValue(facts, member)]),
      );
    case 'union':
      return Object.fromEntries(
        Object.entries(shape.members)
          .slice(0, 1)
          .map(([name, member]) => [name, validValue(facts, member)]),
      );
    case 'list':
      return items(shape.min ?? 0, () => validValue(facts, shape.item));
    case 'map':
      return entriesOf(facts, shape, shape.min ?? 0);
    case 'string':
      return textOfLength(shape, shape.min ?? 1);
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return shape.min ?? Math.min(1, shape.max ?? 1);
    case 'boolean':
      return true;
    case 'blob':
      return Buffer.alloc(shape.min ?? 1);
    case 'timestamp':
      return new Date(0);
  }
}

function items<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

function entriesOf(
  facts: ApiFacts,
  shape: Shape & { readonly type: 'map' },
  count: number,
): object {
  const key = shapeOf(facts, shape.key);
  const names =
    key.enum ??
    items(count, () => undefined).map((_, index) => textOfLength(key, (key.min ?? 1) + index));
  return Object.fromEntries(
    names.slice(0, Math.max(0, count)).map((name) => [name, validValue(facts, shape.value)]),
  );
}

/** An input that breaks one rule, or holds the longest text of one member. */
export interface Sample {
  /** The rule, or `longest`. */
  readonly rule: string;
  /** The member as messages name it, without the numbers of items. */
  readonly member: string;
  readonly input: object;
}

/** Every rule of an operation's input broken once, and every text of it as long as it may be. */
export function samplesOf(facts: ApiFacts, operation: string): readonly Sample[] {
  const samples: Sample[] = [];
  const seen = new Set<string>();
  const visit = (reference: string, member: string, wrap: (value: unknown) => object): void => {
    const shape = shapeOf(facts, reference);
    for (const [rule, value] of valuesOf(facts, shape)) {
      samples.push({ rule, member, input: wrap(value) });
    }
    const name = reference.replace(/!$/, '');
    if (seen.has(name)) return;
    if (!['string', 'integer'].includes(shape.type)) seen.add(name);
    if ('members' in shape) {
      const isUnion = shape.type === 'union';
      for (const [inner, innerReference] of Object.entries(shape.members)) {
        const path = member === '' ? inner : `${member}.${inner}`;
        const rest = isUnion ? {} : (validValue(facts, reference) as object);
        if (isRequired(innerReference)) {
          const without = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== inner));
          samples.push({ rule: 'required', member: path, input: wrap(without) });
        }
        visit(innerReference, path, (value) => wrap({ ...rest, [inner]: value }));
      }
    }
    if (shape.type === 'list') {
      visit(shape.item, `${member}[]`, (value) => wrap(padded(facts, shape, value)));
    }
    if (shape.type === 'map') {
      const key = textOfLength(shapeOf(facts, shape.key), shapeOf(facts, shape.key).min ?? 1);
      visit(shape.value, `${member}{}`, (value) =>
        wrap({ ...entriesOf(facts, shape, shape.min ?? 0), [key]: value }),
      );
      for (const [rule, value] of valuesOf(facts, shapeOf(facts, shape.key))) {
        samples.push({
          rule,
          member: `${member}{key}`,
          input: wrap({
            ...entriesOf(facts, shape, (shape.min ?? 0) - 1),
            [String(value)]: validValue(facts, shape.value),
          }),
        });
      }
    }
  };
  visit(facts.operations[operation] ?? '', '', (value) => value as object);
  return samples;
}

function padded(
  facts: ApiFacts,
  shape: Shape & { readonly type: 'list' },
  value: unknown,
): unknown[] {
  return [value, ...items(Math.max(0, (shape.min ?? 0) - 1), () => validValue(facts, shape.item))];
}

const LARGEST_INTEGER = 2 ** 31 - 1;

/** Values that break one rule of a shape each, and the longest it takes. */
function valuesOf(facts: ApiFacts, shape: Shape): readonly (readonly [string, unknown])[] {
  const { min, max } = shape;
  switch (shape.type) {
    case 'string':
      return textsOf(shape);
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return [
        ...(min === undefined ? [] : [['minimum', min - 1] as const]),
        // One more than the largest integer is of another type, which is refused in other words.
        ...(max === undefined || max === LARGEST_INTEGER ? [] : [['maximum', max + 1] as const]),
      ];
    case 'list':
      return sizesOf(shape).map(([rule, count]) => [
        rule,
        items(count, () => validValue(facts, shape.item)),
      ]);
    case 'map':
      return sizesOf(shape).flatMap(([rule, count]) => {
        const map = entriesOf(facts, shape, count);
        return Object.keys(map).length === count ? [[rule, map] as const] : [];
      });
    case 'blob':
      return max === undefined ? [] : [['maximum', Buffer.alloc(max + 1)]];
    case 'union':
      return [['union', {}]];
    case 'structure':
    case 'boolean':
    case 'timestamp':
      return [];
  }
}

function sizesOf({ min = 0, max }: Shape): readonly (readonly [string, number])[] {
  return [
    ...(min > 0 ? [['minimum', min - 1] as const] : []),
    ...(max === undefined ? [] : [['maximum', max + 1] as const]),
  ];
}

function textsOf(shape: Shape): readonly (readonly [string, string])[] {
  const { min = 0, max, pattern } = shape;
  const wrong =
    pattern === undefined
      ? undefined
      : ['!', 'a b', ' ', '\u0000', '中', '\n', 'a', ''].find(
          (text) => !compilePattern(pattern).test(text),
        );
  return [
    ...(shape.enum === undefined ? [] : [['enum', 'no-such-value'] as const]),
    ...(wrong === undefined ? [] : [['pattern', wrong] as const]),
    ...(min > 0 ? [['minimum', textOfLength(shape, min).slice(0, min - 1)] as const] : []),
    ...(max === undefined
      ? []
      : [
          ['maximum', 'x'.repeat(max + 1)] as const,
          ['longest', textOfLength(shape, max)] as const,
        ]),
  ];
}
