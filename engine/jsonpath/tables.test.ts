import { describe, expect, it } from 'vitest';
import { Effort } from '../effort.ts';
import type { Json } from '../json.ts';
import { compileJsonPath } from './evaluate.ts';
import { explainMissing } from './explain.ts';
import { JsonPathSyntaxError, parseJsonPath } from './parse.ts';
import { filterOperators, isDefinite, isReferencePath } from './path.ts';
import { renderJsonPath } from './render.ts';

/*
 * `tables/*.txt` hold what the paths below give: after a change, run this file with `-u` and read each new line. The
 * grammar and the operators are those of Jayway JsonPath: https://github.com/json-path/JsonPath#operators.
 */

const document: Json = {
  a: { b: { c: 1, d: [1, 2, 3] }, e: null, f: 'text', '': 0 },
  list: [5, 'x', { n: 1, s: 'ab', t: ['x'] }, { n: 2, s: 'b' }, [7, [8]], null],
  "it's": true,
  'a b': 2,
};

const scopeOf = (input: Json) => ({
  input,
  context: () => ({ Execution: { Id: 'e' } }),
  variable: (name: string): Json | undefined => (name === 'v' ? { n: [1, 2] } : undefined),
  effort: new Effort(),
});

/** The result of a path, or why it has none. */
function resultOf(path: string, input: Json): string {
  try {
    const parsed = parseJsonPath(path);
    const found = compileJsonPath(parsed)(scopeOf(input));
    if (found !== undefined) return JSON.stringify(found);
    return `nothing: ${explainMissing(parsed, scopeOf(input))}`;
  } catch (thrown) {
    return `${(thrown as Error).name}: ${(thrown as Error).message}`;
  }
}

const roots = ['$', '$$', '$v', '$w', '$$.Execution', '$v.n', '$w.n'];
const steps = [
  '.a',
  '.e',
  '.f',
  '.list',
  '.*',
  '..*',
  '..n',
  '..[0]',
  "['a']",
  "['a','list']",
  "['']",
  "['it\\'s']",
  '["a b"]',
  '[0]',
  '[2]',
  '[5]',
  '[6]',
  '[-1]',
  '[-6]',
  '[-7]',
  '[0,1]',
  '[0,9]',
  '[1:3]',
  '[:2]',
  '[4:]',
  '[-2:]',
  '[:-4]',
  '[3:1]',
  '[9:]',
  '[*]',
  '[?(@.n)]',
  '[?(@.n == 1)]',
  '[?(!@.n)]',
  '[?(@.s && @.n > 1)]',
  '[?(@.n == 1 || @.n == 2)]',
  '[?(@ == null)]',
  '[?(@.t[0] == "x")]',
  '[?(@.n == $.a.b.c)]',
];

const seconds = steps.filter((_, index) => index % 4 === 0);

const operands = [
  '1',
  '2',
  '-1.5',
  '1e2',
  '"a"',
  "'ab'",
  '"b"',
  '""',
  'true',
  'false',
  'null',
  '[]',
  '[1, "a"]',
  '["a", 1]',
  "['a', 1, 2]",
  '{"a": 1}',
  '/a/',
  '/A.*/i',
  '@.n',
  '@.missing',
  '@.all[*]',
  'word',
  'number',
  'string',
];

const broken = [
  "$.a['b'][0].c[1:2]..d[*]",
  "$$['x','y'][?(@.a =~ /x\\/y/i && !(@.b == \"q\" || @['c'] in [1, {'k': '}'}]))]",
  '$v1.n[-1, 2][?($.a.size >= -1.5e+3)]',
];

describe('the result of', () => {
  it('each step on each root, and of two steps', async () => {
    const all = steps.flatMap((first) => [first, ...seconds.map((second) => `${first}${second}`)]);
    const paths = [
      ...roots,
      ...roots.slice(2).map((root) => `${root}[0]`),
      ...all.map((each) => `$${each}`),
    ];

    await expect(
      tableOf(paths.map((path) => `${path}: ${resultOf(path, document)}`)),
    ).toMatchFileSnapshot('tables/steps.txt');
  });

  it('each filter operator with each pair of operands', async () => {
    const item = { n: 1, all: [1, 'a'] };
    const lines = filterOperators.flatMap((operator) =>
      operands.slice(0, -3).map((left) => {
        const accepted = operands.filter(
          (right) => resultOf(`$[?(${left} ${operator} ${right})]`, [item]) !== '[]',
        );
        return `${left} ${operator} ${accepted.join(' ')}`;
      }),
    );

    await expect(tableOf(lines)).toMatchFileSnapshot('tables/filters.txt');
  });

  it('the beginning of a path, and a path without or with one more character', async () => {
    const texts = broken.flatMap((path) =>
      Array.from({ length: path.length }, (_, at) => at).flatMap((at) => [
        path.slice(0, at),
        `${path.slice(0, at)}${path.slice(at + 1)}`,
        ...[' ', '.', "'"].map((more) => `${path.slice(0, at)}${more}${path.slice(at)}`),
      ]),
    );

    await expect(tableOf([...new Set([...broken, ...texts])].map(parsedAs))).toMatchFileSnapshot(
      'tables/syntax.txt',
    );
  });
});

function parsedAs(text: string): string {
  try {
    const path = parseJsonPath(text);
    const marks = `${isDefinite(path) ? ' definite' : ''}${isReferencePath(path) ? ' reference' : ''}`;
    return `${text}: ${renderJsonPath(path)}${marks}`;
  } catch (thrown) {
    if (thrown instanceof JsonPathSyntaxError) return `${text}: ${thrown.message}`;
    throw thrown;
  }
}

function tableOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
