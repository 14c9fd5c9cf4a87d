import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute } from '../testing/index.ts';

/** Evaluates a call in a Pass state: returns its value, or the end of the cause without the state's name. */
function call(expression: string, input: Json = {}): unknown {
  const state = { Type: 'Pass', Parameters: { 'value.$': expression }, End: true };
  const { machine } = parse(JSON.stringify({ StartAt: 'Pick', States: { Pick: state } }));
  if (machine === undefined) return 'refused';
  const { status, output, error, cause } = execute(machine, input);
  if (status === 'SUCCEEDED') return (output as { readonly value: Json }).value;
  const prefix = `An error occurred while executing the state 'Pick' (entered at the event id #2). The function '${expression}' had the following error: `;
  return `${error}: ${cause?.replace(prefix, '')}`;
}

const nested = (depth: number) => `${'States.Array('.repeat(depth)}1${')'.repeat(depth)}`;
const invalid = (name: string) => `States.Runtime: Invalid arguments in States.${name}`;

// The names in brackets are those of a public collection of cases that also runs on AWS, and notes where the
// service differs from its guide.
describe('an intrinsic function behaves as observed on AWS', () => {
  it.each<[string, Json, unknown]>([
    // Numbers lose their fraction (AP-013, AP-015, ARANGE-023, ARANGE-024, AGI-015, MRAND-009) …
    ['States.ArrayPartition($.list, 2.6)', { list: [1, 2, 3, 4, 5] }, [[1, 2], [3, 4], [5]]],
    ['States.ArrayPartition($.list, 0.6)', { list: [1] }, invalid('ArrayPartition')],
    ['States.ArrayRange(1.6, 1.4, 1)', {}, [1]],
    ['States.ArrayRange(5.4, -0.6, -2.4)', {}, [5, 3, 1]],
    ['States.ArrayRange(1, 10, 0.49)', {}, invalid('ArrayRange')],
    ['States.ArrayGetItem($.list, 1.2)', { list: [10, 20, 30] }, 20],
    ['States.MathRandom(1.4, 1.6)', {}, invalid('MathRandom')],
    ['States.MathRandom(1.2, 2.9)', {}, 1],
    // … but are rounded in sums, which are 32 bits wide (MADD-005, MADD-009 to MADD-016).
    ['States.MathAdd($.a, $.b)', { a: 1.6, b: 2.7 }, 5],
    ['States.MathAdd(2147483646, 1)', {}, 2_147_483_647],
    ['States.MathAdd(-2147483647, -1)', {}, -2_147_483_648],
    ['States.MathAdd(2147483647, 1)', {}, invalid('MathAdd')],
    ['States.MathAdd(-2147483648, -1)', {}, invalid('MathAdd')],
    ['States.MathAdd(3000000000, -3000000000)', {}, invalid('MathAdd')],
    // An empty array gives null at every index (AGI-009 to AGI-011).
    ['States.ArrayGetItem($.list, 999)', { list: [] }, null],
    ['States.ArrayGetItem($.list, 3)', { list: [10, 20, 30] }, invalid('ArrayGetItem')],
    ['States.ArrayGetItem($.list, -1)', { list: [10, 20, 30] }, invalid('ArrayGetItem')],
    // Values are contained if they print the same (AC-009, AC-025, AC-026, AC-028).
    ['States.ArrayContains($.list, true)', { list: ['true'] }, true],
    ['States.ArrayContains($.list, 1)', { list: ['1'] }, true],
    ['States.ArrayContains($.list, false)', { list: [0, 1, -1.5] }, false],
    ['States.ArrayContains($.list, $.x)', { list: [{ a: 1, b: 2 }], x: { b: 2, a: 1 } }, false],
    ['States.ArrayContains($.list, $.x)', { list: [{ a: 1, b: [2] }], x: { a: 1, b: [2] } }, true],
    // A set has the order of Java's hash codes (AUNIQ-001 to AUNIQ-010).
    ['States.ArrayUnique($.list)', { list: [true, false, true] }, [false, true]],
    [
      'States.ArrayUnique($.list)',
      {
        list: [
          [1, 2],
          [1, 2],
          [2, 1],
        ],
      },
      [
        [2, 1],
        [1, 2],
      ],
    ],
    ['States.ArrayUnique($.list)', { list: ['a', 'b', 'a', 'c'] }, ['a', 'b', 'c']],
    ['States.ArrayUnique($.list)', { list: [1, '1', 1, '01'] }, [1, '1', '01']],
    ['States.ArrayUnique($.list)', { list: [null, null, 1, null] }, [null, 1]],
    [
      'States.ArrayUnique($.list)',
      {
        list: [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      },
      [{ a: 1, b: 2 }],
    ],
    // Base64 is decoded in any form (B64D-015 to B64D-024).
    ["States.Base64Decode('YWJjZA')", {}, 'abcd'],
    ["States.Base64Decode(' YWJj\tZA== ')", {}, 'abcd'],
    ["States.Base64Decode('YQ==YWJj')", {}, 'a'],
    ["States.Base64Decode('')", {}, ''],
    // Any data is hashed, as its JSON (HASH-014, HASH-017); names of algorithms are exact.
    ["States.Hash(5, 'MD5')", {}, 'e4da3b7fbbce2345d7772b0674a318d5'],
    ["States.Hash($, 'MD5')", {}, '99914b932bd37a50b983c5e7c90ae93b'],
    ["States.Hash('data', 'sha-256')", {}, invalid('Hash')],
    ["States.Hash('data', 5)", {}, invalid('Hash')],
    // STJ-09, STJ-11, STJ-13
    ['States.StringToJson($.text)', { text: '' }, null],
    ['States.StringToJson($.text)', { text: '{bad}' }, invalid('StringToJson')],
    ['States.StringToJson($.text)', { text: 123 }, invalid('StringToJson')],
    // JMG-13
    [
      'States.JsonMerge($.a, $.b, $.deep)',
      { a: { x: 1 }, b: { y: 2 }, deep: 'no' },
      { x: 1, y: 2 },
    ],
    ['States.JsonMerge($.a, $.b, true)', { a: {}, b: {} }, invalid('JsonMerge')],
    ['States.JsonMerge($.a, $.b, false)', { a: [], b: {} }, invalid('JsonMerge')],
    // A template has no lone braces (FMT-17, FMT-18, FMT-21); parsed JSON prints as JSON (FMT-24).
    ["States.Format('Hello {', $.a)", { a: 'x' }, invalid('Format')],
    ["States.Format('Hello {{}}', $.a)", { a: 'x' }, invalid('Format')],
    ["States.Format('}')", {}, invalid('Format')],
    ["States.Format('{} {}', $.a)", { a: 'x' }, invalid('Format')],
    ["States.Format('{}', States.StringToJson($.text))", { text: '"x"' }, '"x"'],
    ["States.Format('{}', $.a)", { a: [null, { b: 'c' }, 0.000_01] }, '[null, {b=c}, 1.0E-5]'],
    ["States.Format('{}', $.a)", { a: 12_345_678.5 }, '1.23456785E7'],
    // The number of arguments is checked when the function is called (AC-014, JTS-11, STJ-19, UUID-013).
    ['States.ArrayContains($.list)', { list: [1] }, invalid('ArrayContains')],
    ['States.JsonToString()', {}, invalid('JsonToString')],
    ['States.StringToJson($.a, $.b)', { a: '1', b: '2' }, invalid('StringToJson')],
    ['States.MathRandom(1, 10, null)', {}, invalid('MathRandom')],
  ])('%s of %j gives %j', (expression, input, expected) => {
    expect(call(expression, input)).toEqual(expected);
  });

  it('returns an id for any argument', () => {
    expect(call("States.UUID('x', 2)")).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
  });

  // https://github.com/floci-io/floci/pull/2872
  it.each([
    ["States.Format('{}', $.items[5])", '$.items[5]'],
    ["States.Format('{}', States.Format('{}', $.nope))", '$.nope'],
  ])('%s names the whole expression when an argument is missing', (expression, path) => {
    const missing = `The JsonPath argument for the field '${path}' could not be found in the input '{"items":[1,2]}'`;

    expect(call(expression, { items: [1, 2] })).toBe(`States.Runtime: ${missing}`);
  });
});

describe('the limits of intrinsic functions', () => {
  const most = 'x'.repeat(10_000);

  it.each<[string, Json, unknown]>([
    ['States.Base64Encode($.text)', { text: most }, expect.stringMatching(/^eHh4/)],
    ['States.Base64Encode($.text)', { text: `${most}x` }, invalid('Base64Encode')],
    ['States.Base64Decode($.text)', { text: most }, expect.any(String)],
    ['States.Base64Decode($.text)', { text: `${most}x` }, invalid('Base64Decode')],
    ["States.Hash($.text, 'MD5')", { text: most }, expect.stringMatching(/^[\da-f]{32}$/)],
    ["States.Hash($.text, 'MD5')", { text: `${most}x` }, invalid('Hash')],
    ['States.ArrayRange(1, 1000, 1)', {}, expect.objectContaining({ length: 1000 })],
    ['States.ArrayRange(1, 1001, 1)', {}, invalid('ArrayRange')],
    ['States.ArrayRange(1001, 1, -1)', {}, invalid('ArrayRange')],
    [nested(10), {}, [[[[[[[[[[1]]]]]]]]]]],
    [nested(11), {}, 'refused'],
  ])('hold for %s', (expression, input, expected) => {
    expect(call(expression, input)).toEqual(expected);
  });
});

const tooLarge = (name: string) => `States.Runtime: ${name} would hold more than 1048576 bytes`;
const paths = (count: number, path: string) => Array(count).fill(path).join(', ');

describe('the result of an intrinsic function', () => {
  const input = { big: 'x'.repeat(250_000), list: [{ a: 1.5 }] };

  it.each([
    ['States.Format', `States.Format('${'{}'.repeat(2_000)}', ${paths(2_000, '$.big')})`],
    ['States.Array', `States.Array(${paths(2_000, '$.big')})`],
    ['States.Array', `States.JsonToString(States.Array(${paths(2_000, '$')}))`],
    ['States.Array', `States.ArrayContains(States.Array(${paths(2_000, '$')}), 'y')`],
  ])('%s', (name, expression) => {
    expect(call(expression, input)).toBe(tooLarge(name));
  });

  it('can hold several payloads', () => {
    const text = call(`States.ArrayLength(States.Array(${paths(4, '$.big')}))`, input);
    expect(text).toBe(4);
  });

  it('can have many arguments', () => {
    expect(call(`States.ArrayLength(States.Array(${paths(150_000, '1')}))`)).toBe(150_000);
  });

  it('of States.ArrayUnique takes linear time for texts with the same hash code', () => {
    // 'Aa' and 'BB' have the same hash code in Java, and so have all texts made of them.
    const rows = Array.from({ length: 8_192 }, (_, row) =>
      Array.from({ length: 13 }, (__, bit) => ((row >> bit) & 1 ? 'Aa' : 'BB')).join(''),
    );
    expect(call('States.ArrayUnique($.rows)', { rows: [...rows, ...rows] })).toEqual(rows);
  });
});
