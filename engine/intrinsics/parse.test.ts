import { describe, expect, test } from 'vitest';
import { parseIntrinsic, tryParseIntrinsic } from './parse.ts';

describe('an intrinsic function', () => {
  test('takes strings, numbers, paths and nested calls', () => {
    const call = parseIntrinsic(
      "States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), States.MathAdd($x[0], -1))",
    );

    expect(call).toMatchObject({
      name: 'States.ArrayGetItem',
      arguments: [
        {
          kind: 'call',
          name: 'States.StringSplit',
          arguments: [{ text: '$$.StateMachine.Name' }, { value: '-' }],
        },
        { kind: 'call', name: 'States.MathAdd', arguments: [{ text: '$x[0]' }, { value: -1 }] },
      ],
    });
  });

  test('a string is split at its placeholders, but not at escaped ones', () => {
    const [template] = parseIntrinsic(String.raw`States.Format('it\'s {} \{\} {"a":1}')`).arguments;

    expect(template).toEqual({
      kind: 'string',
      value: `it's {} {} {"a":1}`,
      parts: ["it's ", ' {} {"a":1}'],
      isTemplate: false,
    });
  });

  test.each([
    'States.UUID()',
    'States.UUID(1)',
    'States.MathAdd(1)',
    'States.Array()',
    'States.JsonMerge($.a, $.b, false)',
    'States.Array(null, true, 1.5e3)',
    'States.ArrayLength( $.a )',
  ])('%s is accepted', (text) => {
    expect(tryParseIntrinsic(text)).toBeDefined();
  });

  test.each([
    'States.Nope()',
    'States.Format(',
    'States.Format("x")',
    String.raw`States.Format('\"')`,
    'States.Array(a)',
    'States.UUID() x',
    'States.Array(1,)',
    `${'States.Array('.repeat(11)}1${')'.repeat(11)}`,
  ])('%s is refused', (text) => {
    expect(tryParseIntrinsic(text)).toBeUndefined();
  });
});
