import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { agreeing } from './expression.cases.ts';
import { compileExpression, describeFault, isCallable, type Scope } from './expression.ts';
import { sampleDocument } from './sample-document.ts';

const instant = Date.UTC(2026, 0, 1);

function scopeOf(variables: Readonly<Record<string, unknown>>): Scope {
  return {
    lookup: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    now: () => instant,
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
  };
}

/** The result of an evaluation, in a form that can be compared. */
type Outcome = { readonly value: unknown } | { readonly fault: string };

function evaluate(text: string): Outcome {
  try {
    return outcomeOf(compileExpression(text).evaluate(scopeOf({ d: sampleDocument })));
  } catch (thrown) {
    return { fault: describeFault(thrown) };
  }
}

async function evaluateWithPackage(text: string): Promise<Outcome> {
  try {
    return outcomeOf(
      await jsonata(text).evaluate(undefined, { d: structuredClone(sampleDocument) }),
    );
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message: string };
    return { fault: code === undefined ? `: ${message}` : `. ${code}: ${message}` };
  }
}

function outcomeOf(value: unknown): Outcome {
  const marks = (value ?? {}) as { readonly _jsonata_lambda?: unknown };
  if (isCallable(value) || marks._jsonata_lambda === true) return { value: 'a function' };
  return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) };
}

describe('a JSONata expression', () => {
  it.each(agreeing)('gives the same result as the jsonata package: %s', async (text) => {
    const expected = await evaluateWithPackage(text);

    const outcome = evaluate(text);

    expect(outcome).toEqual(expected);
  });

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
    ['$millis()', instant],
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

  it('accepts the largest range that AWS accepts', () => {
    expect(evaluate('$count([1..873782])')).toEqual({ value: 873_782 });
  });
});
