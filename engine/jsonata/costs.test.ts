import { describe, expect, it } from 'vitest';
import { Effort } from '../effort.ts';
import { compileExpression } from './expression.ts';
import { rewrittenNames, synchronousNames } from './package-functions.ts';

/*
 * The steps that functions and operators are charged for, in `tables/steps.txt`: after a change, run this file with `-u` and
 * read each new line. An evaluation that takes too many steps ends as AWS's does after about a second.
 */

const items = Array.from({ length: 100 }, (_, index) => index);
const data: Readonly<Record<string, unknown>> = {
  list: items,
  short: items.slice(0, 8),
  nine: items.slice(0, 9),
  texts: items.map((index) => `text ${index}`),
  members: Object.fromEntries(items.map((index) => [`k${index}`, index])),
  objects: items.map((index) => ({ a: index, b: { c: [index] } })),
  text: '1234567890'.repeat(10),
  tree: { a: { b: { c: items } } },
};

function stepsOf(text: string): string {
  const effort = new Effort();
  const scope = {
    lookup: (name: string) => data[name],
    now: () => 1_767_225_600_000,
    random: () => 0.5,
    uuid: () => 'id',
    effort,
  };
  try {
    compileExpression(text).evaluate(scope);
    return String(Math.round(effort.steps * 1_000) / 1_000);
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message?: string };
    return `${Math.round(effort.steps * 1_000) / 1_000}, then ${code ?? message}`;
  }
}

const names = [
  ...synchronousNames,
  ...rewrittenNames,
  'partition',
  'range',
  'hash',
  'random',
  'uuid',
  'parse',
];
const more = [
  '$list.($ + 1)',
  '$list[$ > 50]',
  '$list[[1..50]]',
  '$list^($)',
  '$list^(>$)',
  '$objects.b.c',
  '$objects.{"x": a}',
  '$objects{$string(a): b}',
  '$objects@$o.{"x": $o.a}',
  '$objects#$i.{"x": $i}',
  '$objects.b.%.a',
  '$objects.*',
  '$tree.**',
  '$members.*',
  '$list = $list',
  '$list in $list',
  '5 in $list',
  '$list & $list',
  '$text & $text',
  '[$list, $list]',
  '[1..1000]',
  '$members ~> |$|{"k1": 2}|',
  '$list ~> $map(function($x){ $x })',
  '$list ~> $filter(function($x){ $x > 5 })',
  '$reduce($list, function($a, $b){ $a + $b })',
  '($f := function($n){ $n = 0 ? 0 : $f($n - 1) }; $f(50))',
  '$match($text, /[0-4]+/)',
  '$replace($text, /[0-4]+/, "x")',
  '$split($text, /5/)',
  '$contains($text, /67/)',
  '$match($text, /(a+)+$/)',
  '$partition($list, 10)',
  '$range(1, 100, 1)',
  '$range(1, 8, 1)',
  '$range(1, 9, 1)',
  '$hash($text, "MD5")',
  '$pad("x", 100, "ab")',
  '$pad("x", -100, "a")',
  '$pad("x", 0, "a")',
  '$join($texts, $text)',
  '$formatNumber(1.5, $pad("#", 64, "#"))',
  '$formatNumber(1.5, $pad("#", 65, "#"))',
  '$formatInteger(15, $pad("0", 65, "0"))',
  '$toMillis($pad("1", 63, "1"))',
  '$toMillis($pad("1", 64, "1"))',
  '$toMillis("2026-01-02", "[Y][M][D]")',
  '$toMillis("20260102030405060708091011", "[Y][M][D][H][m][s]")',
  '$toMillis("one-two-three-four", "[Yw]-[Mw]-[Dw]")',
  '$formatNumber(0, "0.0e0")',
  '$formatNumber(-1, "0.0;0.0e0")',
  '$formatNumber(-1, "0.0e0;0.0")',
];

describe('the steps', () => {
  it('of each function and operator are as before', async () => {
    const calls = names.flatMap((name) => Object.keys(data).map((value) => `$${name}($${value})`));
    const two = ['$list', '$text', '$texts', '$objects', '$members'];
    const pairs = [
      'append',
      'zip',
      'lookup',
      'split',
      'contains',
      'substringBefore',
      'join',
    ].flatMap((name) =>
      two.map((value) => `$${name}(${value}, ${name === 'append' ? '$nine' : '"5"'})`),
    );
    const lines = [...calls, ...pairs, ...more].map((text) => `${text}: ${stepsOf(text)}`);

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('tables/steps.txt');
  });
});
