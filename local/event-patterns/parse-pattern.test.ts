import { describe, expect, it } from 'vitest';
import { InvalidPattern } from './event-pattern.ts';
import { flattenEvent, matchesPattern } from './match-pattern.ts';
import { parsePattern } from './parse-pattern.ts';

function matches(pattern: object, event: object): boolean {
  return matchesPattern(flattenEvent(event), parsePattern(JSON.stringify(pattern)));
}

describe('an event pattern', () => {
  it.each([
    [{ a: [5] }, { a: 5.0 }, true],
    [{ a: ['5'] }, { a: 5 }, false],
    [{ a: [null] }, { a: null }, true],
    [{ a: [null] }, { a: [] }, false],
    [{ a: [{ prefix: 'x' }] }, { a: ['y', 'xz'] }, true],
    [{ a: [{ wildcard: 'incoming/*/b*.csv' }] }, { a: 'incoming/x/y/b1.csv' }, true],
    [{ a: [{ wildcard: 'a\\*b' }] }, { a: 'axb' }, false],
    [{ a: [{ wildcard: 'a*a' }] }, { a: 'a' }, false],
    [{ a: [{ 'anything-but': { prefix: 'x' } }] }, {}, false],
    [{ a: [{ 'anything-but': ['x'] }] }, { a: 3 }, true],
    [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: '3' }, false],
    [{ a: [{ numeric: ['=', 3.018e2] }] }, { a: 301.8 }, true],
    [{ a: [{ exists: false }] }, { b: 1 }, true],
    [{ a: [{ exists: true }] }, { a: { b: 1 } }, false],
    [{ a: ['10.0.0.1'] }, { a: '10.0.0.1' }, true],
    [{ a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:0db8::ff' }, true],
    [{ $or: [{ a: [1] }, { b: [2] }], c: [3] }, { b: 2, c: 3 }, true],
    [{ $or: [{ a: [1] }, { b: [2] }], c: [3] }, { b: 2 }, false],
    [{ '__proto__.x': [1] }, { a: 1 }, false],
  ])('%j on %j is %s', (pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it('wants fields of an array of objects from one element', () => {
    const pattern = { jobs: { name: ['a'], status: ['Failed'] } };

    const together = matches(pattern, { jobs: [{ name: 'a', status: 'Failed' }] });
    const apart = matches(pattern, {
      jobs: [
        { name: 'a', status: 'Completed' },
        { name: 'b', status: 'Failed' },
      ],
    });

    expect([together, apart]).toEqual([true, false]);
  });

  it.each([
    [{ a: [{ x: 1, c: [{ y: 1 }, { z: 1 }] }] }, false],
    [{ a: [{ x: 1, c: [{ y: 1, z: 1 }] }] }, true],
    [{ a: [{ x: 1 }, { c: [{ y: 1, z: 1 }] }] }, false],
    [
      {
        a: [
          { x: 1, c: [{ y: 1 }] },
          { x: 1, c: [{ y: 0 }, { y: 1, z: 1 }] },
        ],
      },
      true,
    ],
    [{ a: { x: 1, c: [{ y: 1, z: 1 }] } }, true],
    [{ 'a.c': [{ y: 1 }, { z: 1 }], a: [{ x: 1, c: [{ y: 1, z: 1 }] }] }, true],
    [{ 'a.c': [{ y: 1 }], a: [{ x: 1, c: [{ z: 1 }] }] }, true],
  ])('wants fields of nested arrays from one element each: %j is %s', (event, expected) => {
    expect(matches({ a: { x: [1], c: { y: [1], z: [1] } } }, event)).toBe(expected);
  });

  it('judges arrays that lie beside each other apart', () => {
    const names = Array.from({ length: 12 }, (_, index) => `list${index}`);
    const items = Array.from({ length: 200 }, (_, index) => ({ a: 1, b: index === 199 ? 1 : 0 }));
    const event = Object.fromEntries(
      names.map((name) => [name, items.map((item) => ({ ...item }))]),
    );
    const last = { a: [1], b: [1], c: [1] };

    const pattern = Object.fromEntries(names.map((name) => [name, { a: [1], b: [1] }]));

    // 200 to the 12th choices of elements; the test's own timeout is the bound.
    expect(matches(pattern, event)).toBe(true);
    expect(
      matches({ ...pattern, list11: last }, { ...event, list11: [{ a: 1 }, { b: 1, c: 1 }] }),
    ).toBe(false);
  });

  // Counted as https://github.com/aws/event-ruler counts.
  it.each([
    [[{ wildcard: 'arn:aws:events:us-east-1:*:event-bus/*' }], true],
    [[{ wildcard: '*a*b*c*d*e*f*g*' }], true],
    [[{ wildcard: '*:*:*:*:*:event-bus/*' }], false],
    [[{ 'anything-but': { wildcard: ['*:*:*:*:*:event-bus/*'] } }], false],
    [['*a*b*', '*a*c*'].map((wildcard) => ({ wildcard })), true],
    [['*a*b*c*', '*a*c*d*', '*b*d*c*'].map((wildcard) => ({ wildcard })), false],
  ])('with the wildcards %j is simple enough: %s', (alternatives, isSimple) => {
    const parse = () => parsePattern(JSON.stringify({ a: alternatives }));

    if (isSimple) expect(parse).not.toThrow();
    else expect(parse).toThrow('Rule is too complex');
  });

  it('matches a long text against many wildcards without backtracking', () => {
    const pattern = { a: [{ wildcard: '*a*b*c*d*e' }] };

    expect(matches(pattern, { a: 'abcd'.repeat(20_000) })).toBe(false);
  });
});

describe('a malformed pattern', () => {
  it.each([
    ['', 'Filter is not an object'],
    ['[]', 'Filter is not an object\n at [Source: (String)"[]"; line: 1, column: 2]'],
    ['{}', 'Empty objects are not allowed\n at [Source: (String)"{}"; line: 1, column: 3]'],
    [
      '{"a": []}',
      'Empty arrays are not allowed\n at [Source: (String)"{"a": []}"; line: 1, column: 9]',
    ],
    [
      '{"a": [\n["b"]]}',
      'Match value must be String, number, true, false, or null\n at [Source: (String)"{"a": [\n["b"]]}"; line: 2, column: 2]',
    ],
    [
      '{"a": [{"wildcard": "a**b"}]}',
      'Consecutive wildcard characters at pos 2\n at [Source: (String)"{"a": [{"wildcard": "a**b"}]}"; line: 1, column: 27]',
    ],
    [
      '{"$or": [{"a": [1]}]}',
      'There must have at least 2 Objects in $or relationship.\n at [Source: (String)"{"$or": [{"a": [1]}]}"; line: 1, column: 21]',
    ],
    [
      '{"a": [{"numeric": [">", 6e9]}]}',
      'Value must be between -5.0E9 and 5.0E9, inclusive\n at [Source: (String)"{"a": [{"numeric": [">", 6e9]}]}"; line: 1, column: 30]',
    ],
    [
      '{"a": ["b"',
      'Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)"{"a": ["b""; line: 1, column: 7])\n at [Source: (String)"{"a": ["b""; line: 1, column: 11]',
    ],
    [
      '{"a": ["b"}',
      `Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)"{"a": ["b"}"; line: 1, column: 7])\n at [Source: (String)"{"a": ["b"}"; line: 1, column: 11]`,
    ],
    [
      '{"a": [{"numeric": []}]}',
      'Invalid member in numeric match: ]\n at [Source: (String)"{"a": [{"numeric": []}]}"; line: 1, column: 22]',
    ],
    [
      '{"a": [{"anything-but": [6e9]}]}',
      'Value must be between -5.0E9 and 5.0E9, inclusive\n at [Source: (String)"{"a": [{"anything-but": [6e9]}]}"; line: 1, column: 29]',
    ],
    [
      '{"a": [{"anything-but": {"wildcard": ["x**"]}}]}',
      'Consecutive wildcard characters at pos 2\n at [Source: (String)"{"a": [{"anything-but": {"wildcard": ["x**"]}}]}"; line: 1, column: 45]',
    ],
    [
      '{"a": ["b',
      'Unexpected end-of-input: was expecting closing quote for a string value\n at [Source: (String)"{"a": ["b"; line: 1, column: 10]',
    ],
    [
      '{"a',
      'Unexpected end-of-input in field name\n at [Source: (String)"{"a"; line: 1, column: 4]',
    ],
    [
      '{"a": ["\\x"]}',
      `Unrecognized character escape 'x' (code 120)\n at [Source: (String)"{"a": ["\\x"]}"; line: 1, column: 10]`,
    ],
    [
      '{"a": ["\\u00g0"]}',
      `Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence\n at [Source: (String)"{"a": ["\\u00g0"]}"; line: 1, column: 13]`,
    ],
    [
      '{"a": }',
      `Unexpected character ('}' (code 125)): expected a value\n at [Source: (String)"{"a": }"; line: 1, column: 7]`,
    ],
    [
      '{"a": [-]}',
      `Unexpected character (']' (code 93)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value\n at [Source: (String)"{"a": [-]}"; line: 1, column: 9]`,
    ],
    [
      '{"a": [1.]}',
      `Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit\n at [Source: (String)"{"a": [1.]}"; line: 1, column: 10]`,
    ],
    [
      '{"a": [1e+]}',
      `Unexpected character (']' (code 93)) in numeric value: Exponent indicator not followed by a digit\n at [Source: (String)"{"a": [1e+]}"; line: 1, column: 11]`,
    ],
  ])('%j is refused with its place', (text, reason) => {
    expect(() => parsePattern(text)).toThrow(reason);
  });

  // As https://github.com/aws/event-ruler throws them: its parser's place is not known there.
  it.each([
    ['{"a": [{"anything-but": 6e9}]}', 'Value must be between -5.0E9 and 5.0E9, inclusive'],
    ['{"a": [{"cidr": "10.0.0.300/8"}]}', 'Invalid IP address: 10.0.0.300'],
    ['{"a": [{"cidr": "10.0.0.x/8"}]}', 'Nonstandard IP address: 10.0.0.x'],
    ['{"a": [{"cidr": "10.0.0.0/"}]}', "Malformed CIDR, one '/' required"],
    ['{"a": [{"cidr": "10.0.0.0/9999999999"}]}', 'Malformed CIDR, mask bits must be an integer'],
    [
      '{"a": [{"anything-but": {"wildcard": ["*:*:*:*:*:event-bus/*"]}}]}',
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    ],
  ])('%j is refused without a place', (text, reason) => {
    expect(() => parsePattern(text)).toThrow(new InvalidPattern(reason));
  });
});
