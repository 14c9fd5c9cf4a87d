import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimals } from './attribute-value.ts';
import {
  addDecimals,
  decimalBytes,
  decimalOrder,
  negateDecimal,
  parseDecimal,
  renderDecimal,
} from './decimal.ts';

const normal = (text: string) => renderDecimal(parseDecimal(text));

function refusalOf(text: string): string {
  try {
    return normal(text);
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a number', () => {
  it.each([
    ['0042.1200', '42.12'],
    ['-0', '0'],
    ['1E3', '1000'],
    ['1.5e-3', '0.0015'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['1E125', `1${'0'.repeat(125)}`],
    ['0e125', '0'],
  ])('%s is kept as %s', (text, kept) => {
    expect(normal(text)).toBe(kept);
  });

  it('of very many zeros is read once', () => {
    // Each zero was looked at from every zero before it, for minutes.
    const zeros = '0'.repeat(1_000_000);

    expect(refusalOf(`1${zeros}1`)).toContain('overflow');
    expect(refusalOf(`0.1${zeros}1`)).toContain('more than 38 significant digits');
    expect(normal(`1.5${zeros}`)).toBe('1.5');
    expect(refusalOf(`1e${zeros}1`)).toContain('cannot be converted');
  });

  // Messages and limits: paritysuite/dynamodb-conformance, numberExponent and valueLayers, 2026-10.
  it.each([
    ['abc', 'The parameter cannot be converted to a numeric value: abc'],
    ['', 'The parameter cannot be converted to a numeric value: '],
    [' 1', 'The parameter cannot be converted to a numeric value:  1'],
    ['0x10', 'The parameter cannot be converted to a numeric value: 0x10'],
    ['NaN', 'The parameter cannot be converted to a numeric value: NaN'],
    [
      '1e9223372036854775808',
      'The parameter cannot be converted to a numeric value: 1e9223372036854775808',
    ],
    [
      '1e-9223372036854775809',
      'The parameter cannot be converted to a numeric value: 1e-9223372036854775809',
    ],
    // The exponents that are a long are numbers, which are too large or too small.
    ...['1e9223372036854775807', '1e+9223372036854775807', '1e999999999999999999'].map((text) => [
      text,
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ]),
    ...['1e-9223372036854775808', '1e-9223372036854775807', '1e-999999999999999999'].map((text) => [
      text,
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    ]),
    [
      '1e126',
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [
      '1e99999999999',
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [
      '0e126',
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [
      '1e-131',
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    ],
    [
      '1234567890123456789012345678901234567891',
      'Attempting to store more than 38 significant digits in a Number',
    ],
  ])('%s is refused as AWS refuses it', (text, message) => {
    expect(refusalOf(text)).toBe(message);
  });

  // The sizes that dynamodb-conformance measured at the limit of an item (numberByteSize, 2026-08).
  it.each([
    ['0', 1],
    ['1', 2],
    ['-1', 3],
    ['123456', 4],
    ['3.14159', 5],
    ['1E125', 2],
  ])('%s takes %d bytes', (text, bytes) => {
    expect(decimalBytes(parseDecimal(text))).toBe(bytes);
  });

  it('is added exactly where floating point is not', () => {
    const sum = addDecimals(parseDecimal('0.1'), parseDecimal('0.2'));
    const large = addDecimals(parseDecimal('9007199254740993'), parseDecimal('1'));
    const none = addDecimals(parseDecimal('1e-130'), negateDecimal(parseDecimal('1e-130')));

    expect([sum, large, none].map(renderDecimal)).toEqual(['0.3', '9007199254740994', '0']);
  });
});

describe('numbers', () => {
  const digits = fc.stringMatching(/^[1-9]\d{0,20}$/);
  const number = fc
    .tuple(fc.boolean(), digits, fc.integer({ min: -100, max: 90 }))
    .map(([negative, whole, exponent]) =>
      parseDecimal(`${negative ? '-' : ''}${whole}e${exponent}`),
    );

  it('sort as text in the order of their values', () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [a, b] = [decimalOrder(one), decimalOrder(other)];
        const byText = a === b ? 0 : a < b ? -1 : 1;
        expect(byText).toBe(Math.sign(compareDecimals(one, other)));
      }),
      { seed: 7 },
    );
  });

  it('come back from their text', () => {
    fc.assert(
      fc.property(number, (one) => {
        expect(parseDecimal(renderDecimal(one))).toEqual(one);
      }),
      { seed: 7 },
    );
  });
});
