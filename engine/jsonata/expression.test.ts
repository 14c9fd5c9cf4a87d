import { describe, expect, it } from 'vitest';
import { agreeing } from './expression.cases.ts';
import { evaluate, evaluateWithPackage, INSTANT_MS } from './outcome.testing.ts';
import { sampleDocument } from './sample-document.testing.ts';

describe('a JSONata expression', () => {
  it.each(agreeing)('gives the same result as the jsonata package: %s', async (text) => {
    const expected = await evaluateWithPackage(text);

    const outcome = evaluate(text);

    expect(outcome).toEqual(expected);
  });

  it.each(['{"_jsonata_lambda": 1}', '$d.phones{"_jsonata_function": 1}'])(
    'cannot make an object that looks like a function: %s',
    (text) => {
      expect(evaluate(text)).toEqual({ fault: expect.stringMatching(/^. D1013: /u) as string });
    },
  );

  it('does not change the documents that it reads', () => {
    const before = JSON.stringify(sampleDocument);

    for (const text of agreeing) evaluate(text);

    expect(JSON.stringify(sampleDocument)).toBe(before);
  });

  it.each([
    [
      '$partition([1,2,3,4], 2)',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['$partition([1,2,3,4,5], 2.9)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2,3])', [[1, 2, 3]]],
    ['$range(0, 6, 2)', [0, 2, 4, 6]],
    ['$range(5, 1, -2)', [5, 3, 1]],
    // A sequence with one item is its item.
    ['$range(1, 9, 9)', 1],
    ['$range(3, 3, 1)', 3],
    ['$range(3, 2, 1)', undefined],
    ['$range(4, 3, 1) ~> $exists()', false],
    ['$count($range(1, 2, 1))', 2],
    ['$shuffle([1,2,3,4])', [1, 4, 2, 3]],
    ['$shuffle($d.missing)', undefined],
    ['$range(1, 5)', undefined],
    ['$partition([], 2)', undefined],
    ['$partition([1,2], -0.5)', undefined],
    ["$hash('x')", undefined],
    ['$parse(\'[{"a":1},{"a":"a"}]\')', [{ a: 1 }, { a: 'a' }]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$hash("input", "SHA-1")', '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
    ['$random(42)', 0.7275636800328681],
    ['$parse("{\\"a\\":1}").a', 1],
    ['$uuid()', '00000000-0000-4000-8000-000000000000'],
    ['$random()', 0.5],
    ['$millis()', INSTANT_MS],
    ['$now()', '2026-01-01T00:00:00.000Z'],
  ])("knows AWS's own functions: %s", (text, expected) => {
    expect(evaluate(text)).toEqual({ value: expected });
  });

  it.each([
    ['$eval("1+1")', '. T1006: Attempted to invoke a non-function'],
    [
      '[1..900000] ~> $count()',
      ': Expression evaluation memory limit exceeded: Check for excessive memory usage',
    ],
    [
      '$sum([1..873783])',
      ': Expression evaluation memory limit exceeded: Check for excessive memory usage',
    ],
    [
      Array.from({ length: 200 }, () => '1').join('+'),
      ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive',
    ],
    [
      '($f := function($x){ $f($x) + 1 }; $f(1))',
      ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive',
    ],
    [
      '($f := function($x){ $f($x + 1) }; $f(1))',
      ': Expression evaluation timeout: Check for infinite loop',
    ],
    // Measured on AWS: https://github.com/floci-io/floci/pull/2676.
    [
      '$partition("x", 2)',
      '. T0412: Argument 1 of function "partition" must be an array of undefined',
    ],
    ['$partition([1], -1)', '. D3137: Second argument must be zero or greater'],
    [
      '$range($x, 5, 1)',
      '. T0410: Argument 1 of function "range" does not match function signature',
    ],
    [
      '$hash(42, "MD5")',
      '. T0410: Argument 1 of function "hash" does not match function signature',
    ],
    ['$hash("x", 5)', '. T0410: Argument 2 of function "hash" does not match function signature'],
    [
      "$hash('x', 'md5')",
      ". D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
    ],
    [
      '$partition()',
      '. T0410: Argument 1 of function "partition" does not match function signature',
    ],
    [
      '$partition([1], 2, 3)',
      '. T0410: Argument 3 of function "partition" does not match function signature',
    ],
    ['$range(1)', '. T0410: Argument 2 of function "range" does not match function signature'],
    ['$parse()', '. T0410: Argument 1 of function "parse" does not match function signature'],
    ['$parse(5)', '. T0410: Argument 1 of function "parse" does not match function signature'],
    [
      '$range(1, 360146, 1)',
      ': Expression evaluation memory limit exceeded: Check for excessive memory usage',
    ],
    // A match is an object with one of these members; its `next` is called for a further match.
    [
      '$match("ab", function($s){ {"end": "number"} })',
      '. T1006: Attempted to invoke a non-function',
    ],
    ["$parse('')", '. D3137: Invalid JSON'],
    ["$parse('  ')", '. D3137: Invalid JSON'],
    ["$parse('1e400')", '. D3137: Invalid JSON'],
    ["$parse('[1,2] [3,4]')", '. D3137: Invalid JSON'],
    ['$parse(\'{"a":1,"a":2}\')', '. D3137: Invalid JSON'],
    ['$parse(\'[{"b":{"a":1,"\\\\u0061":2}}]\')', '. D3137: Invalid JSON'],
    ['$uuid("x")', '. T0410: Argument 1 of function "uuid" does not match function signature'],
    ['$abs("x")', '. T0410: Argument 1 of function "abs" does not match function signature'],
    ['$sum(["a"])', '. T0412: Argument 1 of function "sum" must be an array of "numbers"'],
  ])('fails as AWS does: %s', (text, fault) => {
    expect(evaluate(text)).toEqual({ fault });
  });

  const stackOverflow =
    ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';

  /** The deepest nesting of each kind, and one level more: https://github.com/floci-io/floci/pull/2783. */
  it.each([
    ['sums', (levels: number) => Array.from({ length: levels }, () => '1').join('+'), 100],
    ['lists', (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`, 99],
    ['blocks', (levels: number) => `${'('.repeat(levels)}1${')'.repeat(levels)}`, 99],
    ['calls', (levels: number) => `${'$string('.repeat(levels)}1${')'.repeat(levels)}`, 99],
    [
      'recursion',
      (levels: number) => `($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(${levels}))`,
      31,
    ],
    ['conditions', (levels: number) => `${'true ? ('.repeat(levels)}1${')'.repeat(levels)}`, 49],
    ['paths', (levels: number) => `${'$d.('.repeat(levels)}1${')'.repeat(levels)}`, 49],
  ])('accepts %s of a depth, and no deeper ones', (_, nested, deepest) => {
    expect(evaluate(nested(deepest))).not.toEqual({ fault: stackOverflow });
    expect(evaluate(nested(deepest + 1))).toEqual({ fault: stackOverflow });
  });

  it('accepts the largest range that AWS accepts', () => {
    expect(evaluate('$count([1..873782])')).toEqual({ value: 873_782 });
  });
});
