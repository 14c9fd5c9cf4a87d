import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { readNumbersAsWritten } from '../json-numbers.ts';
import { numberOf } from '../number-as-written.ts';
import { execute } from '../testing/index.ts';
import { type IntrinsicName, intrinsicArity } from './intrinsic.ts';

/*
 * Each intrinsic function with each kind of argument, in `tables/*.txt`: after a change, run this file with `-u` and read each
 * new line. What AWS does in special cases is in evaluate.test.ts, with its sources.
 */

const input: Json = {
  list: [3, 'x', null, [1], { a: 1 }],
  numbers: [2, 1, 2, 0.5, -7, 1e20, 3_000_000_000, 0.0001, 12_345_678.9],
  object: { a: 1, b: { c: 2 } },
  other: { b: { d: 3 }, e: 'ü' },
  text: 'a-b, c',
  json: '{"n": [1.0, 1e2, 12345678901234567890, -0.00001, 1e400]}',
  base64: 'w7w=',
  long: 'x'.repeat(300),
};

const values = [
  '0',
  '1',
  '-1',
  '2.5',
  '2147483647',
  '-2147483648',
  "'a'",
  "''",
  "'MD5'",
  "'SHA-256'",
  'true',
  'null',
  '$.list',
  '$.numbers',
  '$.object',
  '$.other',
  '$.text',
  '$.json',
  '$.base64',
  '$.none',
  '$$.Execution.Name',
];
const few = [
  '0',
  '1',
  '-1',
  '2.5',
  "'a'",
  "' -,'",
  'false',
  '$.list',
  '$.numbers',
  '$.object',
  '$.other',
];

function call(expression: string): string {
  const state = { Type: 'Pass', Parameters: { 'v.$': expression }, End: true };
  const { machine, diagnostics } = parse(JSON.stringify({ StartAt: 'S', States: { S: state } }));
  if (machine === undefined) return `refused: ${diagnostics[0]?.message}`;
  const { status, output, cause = '' } = execute(machine, input);
  if (status !== 'SUCCEEDED') return `fails: ${cause.replace(/^.*?following error: /su, '')}`;
  const { v } = output as { readonly v: Json };
  return JSON.stringify(v, (_, value: Json) => numberOf(value) ?? value);
}

const names = (Object.keys(intrinsicArity) as IntrinsicName[]).filter(
  (name) => name !== 'States.UUID',
);

describe('the function', () => {
  it.each(names)('%s gives for each kind of argument what it gave before', async (name) => {
    const lists = [
      [],
      ...values.map((value) => [value]),
      ...few.flatMap((first) => few.map((second) => [first, second])),
      ...(intrinsicArity[name][1] >= 3
        ? few.flatMap((last) => [
            ['1', '3', last],
            ['$.object', '$.other', last],
            ["'{} {}'", '$.json', last],
          ])
        : []),
    ];
    const results = new Map<string, string[]>();
    for (const list of lists) {
      const result = call(`${name}(${list.join(', ')})`);
      results.set(result, [...(results.get(result) ?? []), `(${list.join(', ')})`]);
    }
    const lines = [...results].map(([result, calls]) => `${result} <= ${calls.join(' ')}`);

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`tables/${name}.txt`);
  });

  const formatted = [
    '1.0',
    '-0.00001',
    '0.001',
    '0.0009999',
    '9999999.0',
    '9999999.5',
    '10000000.5',
    '-10000000.5',
    '10000000.0',
    '12345678.5',
    '1e400',
    '-1e2',
    '1.5e300',
    '12345678901234567890',
    '-12345678901234567890.0',
    '1e-7',
    '0.0',
    '-0',
  ];

  /** Java's `Double.toString`, and `BigInteger.toString`. */
  it('States.Format writes numbers as Java does', async () => {
    const state = { Type: 'Pass', Parameters: { 'v.$': "States.Format('{}', $.n)" }, End: true };
    const definition = JSON.stringify({ StartAt: 'S', States: { S: state } });
    const { machine } = parse(definition);
    if (machine === undefined) throw new Error('The definition is invalid.');
    const texts = formatted.map((text) => {
      const { output } = execute(machine, readNumbersAsWritten(`{"n": ${text}}`));
      return `${text}: ${JSON.stringify(output)}`;
    });

    await expect(`${texts.join('\n')}\n`).toMatchFileSnapshot('tables/numbers.txt');
  });

  it('States.ArrayUnique has the order of a HashSet for any value', async () => {
    const lists = [
      '["b","a","c","aa","Aa","BB"]',
      '[1e20, 3000000000, -1, 17, 1, 0.5, 33]',
      '[[1,2],[2,1],[],{},{"a":1},{"b":1},null,true,false]',
      JSON.stringify(Array.from({ length: 13 }, (_, index) => index * 16)),
      JSON.stringify(Array.from({ length: 12 }, (_, index) => index * 16)),
      JSON.stringify(Array.from({ length: 25 }, (_, index) => `k${index}`)),
    ];
    const state = { Type: 'Pass', Parameters: { 'v.$': 'States.ArrayUnique($.n)' }, End: true };
    const { machine } = parse(JSON.stringify({ StartAt: 'S', States: { S: state } }));
    if (machine === undefined) throw new Error('The definition is invalid.');
    const texts = lists.map((text) => {
      const { output } = execute(machine, { n: JSON.parse(text) as Json });
      return JSON.stringify(output);
    });

    await expect(`${texts.join('\n')}\n`).toMatchFileSnapshot('tables/sets.txt');
  });

  it('States.MathRandom with a seed gives the numbers of java.util.Random', async () => {
    const lines = [1, 2, 8, 3, 1_000, 1_073_741_825, 2_147_483_647].map(
      (bound) =>
        `${bound}: ${[0, 1, 42, -5].map((seed) => call(`States.MathRandom(0, ${bound}, ${seed})`)).join(' ')}`,
    );

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('tables/random.txt');
  });
});
