import { assert as check, constantFrom, jsonValue, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './json.ts';
import { jsonBytes } from './json-size.ts';
import { MAXIMUM_JSON_LEVELS } from './parse-json.ts';

/** By its definition: the bytes of the JSON text. */
function bytesOf(document: unknown): number {
  return Buffer.byteLength(JSON.stringify(document));
}

const numbers = [
  0,
  1,
  9,
  10,
  11,
  99,
  100,
  101,
  999,
  1_000,
  1_001,
  -1,
  -10,
  0.5,
  1e21,
  1e-7,
  2 ** 53,
];

function nested(levels: number): Json {
  let value: Json = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

describe('the size of a document', () => {
  it('is that of its text, for each character', () => {
    const characters = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code));

    expect(characters.filter((each) => jsonBytes(each) !== bytesOf(each))).toEqual([]);
    expect(
      ['\u{1f600}', 'a\u{10ffff}', '\uffff', '\ud7ff', '\ue000'].map((each) => jsonBytes(each)),
    ).toEqual([6, 7, 5, 5, 5]);
  });

  it.each(numbers)('is that of its text, for %d', (number) => {
    expect(jsonBytes(number)).toBe(bytesOf(number));
  });

  it('is that of its text, for any document, and stays so', () => {
    const text = string({
      unit: constantFrom('a', '"', '\\', '\n', '\u0001', 'é', '€'),
      maxLength: 80,
    });
    check(
      property(
        oneof(
          jsonValue(),
          jsonValue().map((value) => ({ value, list: [value, value] })),
          text,
        ),
        (document) => {
          expect(jsonBytes(document as Json)).toBe(bytesOf(document));
          expect(jsonBytes(document as Json)).toBe(bytesOf(document));
        },
      ),
      { seed: 20_261_129, numRuns: 500 },
    );
  });

  it.each([255, 256, 257, 258])(
    'of %i bytes is found again inside of another document',
    (bytes) => {
      const inner = ['x'.repeat(bytes - 4)];
      expect(jsonBytes(inner)).toBe(bytes);

      expect(jsonBytes({ inner, list: [inner, inner] })).toBe(
        bytesOf({ inner, list: [inner, inner] }),
      );
    },
  );

  it.each([
    [10, 11],
    [11, 11],
    [12, 11],
  ])('is more than %i where it is not less than %i', (most, size) => {
    const measured = jsonBytes(['abc', 'd'], most);

    expect(measured > most).toBe(size > most);
    expect(jsonBytes({ abc: 'd' }, most) > most).toBe(size > most);
  });

  it('is not found for a document that is nested deeper than the limit', () => {
    const long = { text: 'x'.repeat(300) };
    const wrapped = (levels: number): Json => {
      let value: Json = long;
      for (let level = 1; level < levels; level += 1) value = [value];
      return value;
    };

    expect(jsonBytes(nested(MAXIMUM_JSON_LEVELS))).toBe(2 * MAXIMUM_JSON_LEVELS);
    expect(() => jsonBytes(nested(MAXIMUM_JSON_LEVELS + 1))).toThrow(/nesting depth/u);
    jsonBytes(long);
    expect(jsonBytes(wrapped(MAXIMUM_JSON_LEVELS))).toBeGreaterThan(300);
    expect(() => jsonBytes(wrapped(MAXIMUM_JSON_LEVELS + 1))).toThrow(/nesting depth/u);
  });
});
