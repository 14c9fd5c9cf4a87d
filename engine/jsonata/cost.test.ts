import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { jsonBytes } from '../json-size.ts';
import { execute } from '../testing/index.ts';

/** A document of about the maximum size of a state's input. */
const input: Json = {
  list: Array.from({ length: 20_000 }, (_, index) => index),
  members: Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, index])),
  text: 'a'.repeat(50_000),
};

function causeOf(expression: string, document: Json = input): string | undefined {
  const { machine } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Compute',
      States: { Compute: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } },
    }),
  );
  if (machine === undefined) throw new Error('The definition is invalid.');
  const { cause } = execute(machine, document);
  return cause?.replace(/^.*threw an error during evaluation/, '');
}

const tooSlow = ': Expression evaluation timeout: Check for infinite loop';
const tooLarge = ': Expression evaluation memory limit exceeded: Check for excessive memory usage';

describe('an expression', () => {
  it.each([
    '$string($states.input)',
    '$states.input.members = $merge([$states.input.members])',
    '$keys($states.input.members)',
    '$spread($states.input.members)',
    '$sort($states.input.list)',
    '$distinct($states.input.list)',
    '$average($states.input.list)',
    '$partition($states.input.list, 1)',
    '$zip($states.input.list, $states.input.list)',
    '$substring($states.input.text, 1)',
    '$states.input.members ~> |$|{}|',
    '$fromMillis($turn)',
    "$formatNumber($turn, '#,##0.00')",
    '$merge([$states.input.members, $states.input.members])',
    '$spread([$states.input.members])',
    '$keys([$states.input.members])',
    '[1..20000]',
    '$range(1, 20000, 1)',
    "$pad('x', 100000)",
    '$states.input.list.$string()',
    '$states.input.members.*',
    '$states.input.list@$item.{"item": $item}',
    '$states.input.list^($)',
    '$turn' + ' + 1'.repeat(60),
  ])('with a long loop fails: %s', (work) => {
    expect(causeOf(`$count($map([1..300000], function($turn) { ${work} }))`)).toBe(tooSlow);
  });

  it.each([
    "$pad('', 1e9)",
    "$pad('', -1e8, 'ab')",
    '[1..10000000]',
    '$range(0, 1e9, 1)',
    "$join([1..1000].$string(), $pad('', 1000000))",
    "$replace($pad('', 1000000), ' ', $pad('', 1000000))",
    "$replace($pad('', 1000), / /, $pad('', 1000000))",
  ])('with too large a result fails before it creates the result: %s', (work) => {
    expect(causeOf(work)).toBe(tooLarge);
  });

  // Without a limit, the first exhausts the memory of the process: it binds each of 90 million pairs.
  it.each([
    '$states.input.list@$a.$states.input.list@$b.{"x": $a = $b}',
    '$states.input.list#$i.$states.input.list#$j[$i = $j]',
    '$formatNumber(1, $pad("#", 20000, "#,"))',
    '$formatInteger(1, $pad("0", 20000, "0,"))',
    '$decodeUrlComponent($pad("", 6000000, "%41"))',
  ])('of quadratic cost in its document fails: %s', (work) => {
    expect(causeOf(work)).toBe(tooSlow);
  });

  // Version 2.0.6 of the package never returns from the first five, and takes minutes for the others.
  it.each([
    '$formatNumber(0, "0.0e0")',
    '$formatNumber(-5, "0.0e0")',
    '$formatNumber(-5, "0.0;(0.0e00)")',
    '$formatNumber(-0.5, "#0.0E00", {"exponent-separator": "E"})',
    '$formatNumber(0, "00x0", {"exponent-separator": "x"})',
    '$toMillis("2020" & $pad("", 100000, "-01") & "x")',
    '$toMillis($pad("", 200, "1") & "x", "[H][m][s][Y][M][D]")',
    '$toMillis($pad("", 3000, "one "), "[Yw] [Mw] [Dw] [Hw]")',
  ])('that would never end fails: %s', (work) => {
    expect(causeOf(work)).toBe(tooSlow);
  });

  it.each([
    '$toMillis("20260102T030405006Z", "[Y0001][M01][D01]T[H01][m01][s01][f001]Z")',
    '$toMillis("Friday, 2nd January 2026", "[FNn], [D1o] [MNn] [Y0001]")',
    '$toMillis("two thousand and twenty-six", "[Yw]")',
    '$formatNumber(5, "0.0e0") & $formatNumber(0, "0.0;0.0e0") & $formatNumber(-0.5, "0.0e0;0.0")',
  ])('with an ordinary picture succeeds: %s', (work) => {
    expect(causeOf(work)).toBeUndefined();
  });

  /** Documents near the maximum of 256 KiB of a state's input. */
  const objects: Json = Array.from({ length: 9_500 }, (_, index) => ({
    n: (index * 7_919) % 9_973,
    s: `x${index % 100}`,
  }));
  const numbers: Json = Array.from({ length: 120_000 }, (_, index) => (index * 7_919) % 10);
  const words = 'word '.repeat(50_000);

  it.each<[string, Json]>([
    ['$sort($states.input, function($a, $b) { $a.n > $b.n })', objects],
    ['$states.input^(>s, n)', objects],
    ['$sort($states.input)', numbers],
    ['$distinct($states.input)', numbers],
    ['$distinct($states.input)', objects],
    ['$reduce($states.input, function($sum, $each) { $sum + $each })', numbers],
    ['$filter($states.input, function($each) { $each > 5 })', numbers],
    [
      '$map($states.input, function($v, $k) { {"a": $v.n * 2, "b": $v.s & "!", "c": $string($k)} })',
      objects,
    ],
    ['$states.input[n > 500 and s = "x1"]', objects],
    ['$states.input{s: $sum(n)}', objects],
    ['$states.input.{"k": n, "v": s}', objects],
    ['$merge($states.input.{s: n})', objects],
    ['$spread($states.input)', objects],
    ['$states.input ~> |$|{"z": n}, ["s"]|', objects],
    ['$parse($string($states.input))', objects],
    ['$states.input.$toMillis("2020-01-01T00:00:00Z")', objects],
    ['$states.input.$formatNumber(n, "#,##0.00")', objects],
    ['$states.input#$at.{"at": $at, "n": n}', objects],
    ['$states.input@$each{$each.s: $count($each)}', objects],
    ['$join($split($states.input, " "), ",")', words],
    ['$replace($states.input, /wo(r)d/, "w$1")', words],
    ['($sum := function($n, $a) { $n = 0 ? $a : $sum($n - 1, $a + $n) }; $sum(100000, 0))', {}],
  ])('with ordinary work over a large document succeeds: %s', (work, document) => {
    expect(causeOf(`$count(${work}) > 0 ? 1 : $error()`, document)).toBeUndefined();
  });

  it('finds the distinct values among many', () => {
    expect(causeOf('$count($distinct([1..100000])) = 100000 ? 1 : $error()')).toBeUndefined();
  });
});

function run(states: Record<string, object>, document: Json = input) {
  const { machine, diagnostics } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: Object.keys(states)[0],
      States: states,
    }),
  );
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return execute(machine, document);
}

const times = (count: number, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}.$`, text]));

describe('the expressions of a state', () => {
  const sum = '{% $sum([1..100000]) %}';
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`n${index}`, sum]));
  const compute = { Type: 'Pass', Output: many, End: true };

  it('share one limit of steps', () => {
    // With half a million steps for each, a hundred expressions would take five seconds.
    const { error, cause } = run({ Compute: compute });

    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(tooSlow);
  });

  it('have a new limit in the next state', () => {
    const some = { Type: 'Pass', Output: [sum, sum, sum] };
    const last = { ...some, Output: ['{% $sum([1..100000]) %}', sum], End: true };

    const { output } = run({
      A: { ...some, Next: 'B' },
      B: { ...some, Next: 'C' },
      C: { ...some, Next: 'D' },
      D: last,
    });

    expect(output).toEqual([5_000_050_000, 5_000_050_000]);
  });

  it('leave steps for the expressions of a Catcher', () => {
    const { output } = run({
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }],
        Output: many,
        Catch: [
          {
            ErrorEquals: ['States.QueryEvaluationError'],
            Output: '{% $sum([1..1000]) %}',
            Next: 'Caught',
          },
        ],
        Next: 'Caught',
      },
      Caught: { Type: 'Succeed' },
    });

    expect(output).toBe(500_500);
  });
});

/** A document with a long text, and a counter of its reads. */
function countReads(text: string): { readonly reads: () => number; readonly document: Json } {
  let reads = 0;
  const document = {
    get text() {
      reads += 1;
      return text;
    },
  };
  return { reads: () => reads, document };
}

describe('a document with thousands of copies of a large one', () => {
  const large = 'x'.repeat(250_000);
  const copies = Array.from({ length: 2_000 }, () => countReads(large));
  const nested = copies.reduce<Json>((inner, { document }) => [document, inner], []);

  it.each([
    ['in a row', copies.map(({ document }) => document)],
    ['in one another', (nested as readonly Json[])[1] ?? null],
  ])('is measured only up to the limit: %s', (_, document) => {
    const before = copies.reduce((sum, copy) => sum + copy.reads(), 0);

    const bytes = jsonBytes(document, 262_144);

    expect(bytes).toBeGreaterThan(262_144);
    expect(copies.reduce((sum, copy) => sum + copy.reads(), 0) - before).toBe(2);
  });

  it('fails with States.DataLimitExceeded', () => {
    const copy = { Type: 'Pass', Output: Array(200).fill('{% $states.input %}'), End: true };

    const { status, error } = run({ Copy: copy }, large);

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('the paths and intrinsic functions of a state', () => {
  const list: Json = Array.from({ length: 30_000 }, (_, index) => index);
  const words = 'a,'.repeat(32_000);
  /** Numbers that keep their original spelling. */
  const numbers = `[${'1.0,'.repeat(12_000)}1]`;

  function causeOfParameters(parameters: Record<string, string>): string | undefined {
    const { machine } = parse(
      JSON.stringify({
        StartAt: 'Compute',
        States: { Compute: { Type: 'Pass', Parameters: parameters, OutputPath: null, End: true } },
      }),
    );
    if (machine === undefined) throw new Error('The definition is invalid.');
    return execute(machine, { list, text: 'x'.repeat(10_000), words, numbers }).cause;
  }

  it.each([
    ['States.StringToJson($.numbers)', 7],
    ['States.ArrayUnique($.list)', 3],
    ["States.StringSplit($.words, ',')", 25],
    ['States.Base64Encode($.text)', 55],
  ])('are charged for every byte of %s', (call, count) => {
    expect(causeOfParameters(times(count, call))).toContain('take too many steps together');
    expect(causeOfParameters(times(1, call))).toBeUndefined();
  });

  it('share one limit of steps', () => {
    expect(causeOfParameters(times(100, '$.list[?(@ < 0)]'))).toContain('takes too many steps');
    expect(causeOfParameters(times(500, "States.Hash($.text, 'SHA-1')"))).toContain(
      'take too many steps together',
    );
    expect(causeOfParameters(times(2, '$.list[?(@ < 0)]'))).toBeUndefined();
    expect(causeOfParameters(times(5, "States.Hash($.text, 'SHA-1')"))).toBeUndefined();
  });
});
