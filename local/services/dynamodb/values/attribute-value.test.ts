import { bigInt, assert as check, oneof, property, string, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareTexts,
  depthOf,
  numberBytes,
  readItem,
  readValue,
  valueBytes,
} from './attribute-value.ts';
import { decimalBytes, parseDecimal, renderDecimal } from './decimal.ts';

const MANY = 80_000;
const shuffled = Array.from({ length: MANY }, (_, index) => String((index * 7_919) % 99_991));

describe('a set of very many members', () => {
  // Looking for the repeated one took 44 seconds, and sorting texts two.
  it('is refused for one that comes again', () => {
    expect(() => readValue({ SS: [...shuffled, shuffled[0]] })).toThrow(/contains duplicates/);
  });

  it('is sorted: numbers by their value, texts by their bytes', () => {
    const numbers = readValue({ NS: shuffled }).value as readonly string[];
    const texts = readValue({ SS: shuffled }).value as readonly string[];

    expect(numbers.slice(0, 3)).toEqual(['0', '1', '2']);
    expect(texts.slice(0, 3)).toEqual(['0', '1', '10']);
  });

  it('is too large for an item when it has more members than an item has bytes', () => {
    const members = Array.from({ length: 409_601 }, (_, index) => String(index));

    expect(() => readValue({ SS: members })).toThrow('Item size has exceeded');
  });
});

it('a set of numbers is sorted by their values, however many digits they have', () => {
  const number = oneof(
    bigInt({ min: -20n, max: 20n }),
    bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  );
  check(
    property(uniqueArray(number, { minLength: 1 }), (numbers) => {
      const { value } = readValue({ NS: numbers.map(String) });

      const sorted = numbers.toSorted((one, other) => (one < other ? -1 : 1));
      expect(value).toEqual(sorted.map(String));
    }),
  );
});

it('texts are compared as their bytes are', () => {
  const any = string({ unit: 'binary' });
  check(
    property(any, any, (one, other) => {
      const byBytes = Buffer.compare(Buffer.from(one), Buffer.from(other));

      expect(Math.sign(compareTexts(one, other))).toBe(byBytes);
    }),
  );
});

it('a whole number is kept and measured as it would be if it were read', () => {
  const whole = bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
  check(
    property(whole, (number) => {
      const text = String(number);

      expect(readValue({ N: text }).value).toBe(renderDecimal(parseDecimal(text)));
      expect(numberBytes(text)).toBe(decimalBytes(parseDecimal(text)));
      expect(numberBytes(`${text}000`)).toBe(decimalBytes(parseDecimal(`${text}000`)));
    }),
  );
});

it('the depth of a list is found however many values it has', () => {
  const list = readValue({ L: Array.from({ length: 200_000 }, () => ({ NULL: true })) });

  expect(depthOf(list)).toBe(2);
});

it.each<[string, unknown]>([
  ['a text', { a: { S: '\ud800' } }],
  ['a member of a set', { a: { SS: ['x', '\udfff'] } }],
  ['a name', { '\ud800': { S: 'x' } }],
  ['a name in a map', { a: { M: { 'x\ud83d': { S: 'x' } } } }],
])('%s with half of a surrogate pair is refused: UTF-8 cannot hold it', (_, item) => {
  expect(() => readItem(item)).toThrow(/half of a surrogate pair/);
});

it('a whole surrogate pair is taken', () => {
  expect(readItem({ '😀': { S: '😀' } }).get('😀')).toEqual({ type: 'S', value: '😀' });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
it.each([
  [{ S: 'äb' }, 3],
  [{ N: '-123' }, 4],
  [{ B: Uint8Array.of(1, 2) }, 2],
  [{ BOOL: false }, 1],
  [{ NULL: true }, 1],
  [{ SS: ['a', 'ä'] }, 3],
  [{ NS: ['0', '123'] }, 4],
  [{ BS: [Uint8Array.of(1, 2), Uint8Array.of(1)] }, 3],
  [{ L: [] }, 3],
  [{ L: [{ S: 'ab' }, { L: [{ S: 'c' }] }] }, 3 + (1 + 2) + (1 + 3 + 1 + 1)],
  [{ M: {} }, 3],
  [{ M: { ä: { S: 'ab' }, b: { M: { c: { S: 'd' } } } } }, 3 + (1 + 2 + 2) + (1 + 1 + 3 + 1 + 2)],
])('%o counts as so many bytes, with the overhead of lists and maps', (value, bytes) => {
  expect(valueBytes(readValue(value))).toBe(bytes);
});
