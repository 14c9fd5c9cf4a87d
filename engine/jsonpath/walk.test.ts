import { describe, expect, it } from 'vitest';
import { Effort } from '../effort.ts';
import type { Json } from '../json.ts';
import { compileJsonPath } from './evaluate.ts';
import { parseJsonPath } from './parse.ts';

function read(path: string, input: Json): Json | undefined {
  return compileJsonPath(parseJsonPath(path))({
    input,
    context: () => null,
    variable: () => undefined,
    effort: new Effort(),
  });
}

function nested(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

/** About the largest input there is, as one list. */
const many: readonly Json[] = Array.from({ length: 60_000 }, (_, index) => index % 10);

describe('a path that would visit a document again and again', () => {
  it.each([
    // faults.md 5.6
    ['$..a..a..a..a', nested(400)],
    ['$..*..*..*', nested(400)],
    ['$[?(@ in $)]', Array.from({ length: 60_000 }, (_, index) => index)],
    ['$[?(@ == $[?(@ == 1)])]', many],
    // What a single step finds is counted while it is found: a longer list cannot be made.
    [`$[${Array(3_000).fill(0).join()}][*]`, [many]],
    [`$[${Array(3_000).fill(0).join()}][0:]`, [many]],
    [`$[*][${Array(3_000).fill(0).join()}]`, many.map((item) => [item])],
    [`$[*][${Array(3_000).fill("'a'").join()}]`, many.map(() => ({}))],
  ])('is ended: %s', (path, input) => {
    expect(() => read(path, input)).toThrow('takes too many steps');
  });

  it.each([
    ['$..a', nested(400)],
    ['$..*', many],
    ['$[?(@ > 4)]', many],
    ['$[*]', many],
    ['$[0:]', many],
    ['$..a..a', nested(400)],
    ['$..[?(@..a)]..a', nested(100)],
  ])('is answered where it visits few: %s', (path, input) => {
    expect(read(path, input)).toBeInstanceOf(Array);
  });
});

describe('a regular expression in a filter', () => {
  it('is ended where it would backtrack for ever', () => {
    const input = [{ name: `${'a'.repeat(40)}b` }];

    expect(() => read('$[?(@.name =~ /(a+)+$/)]', input)).toThrow('takes too many steps');
  });

  it('counts together for all nodes', () => {
    const input = Array.from({ length: 5_000 }, () => ({ name: `${'a'.repeat(12)}b` }));

    expect(() => read('$[?(@.name =~ /(a|a)*c/)]', input)).toThrow('takes too many steps');
  });

  it('must match the whole text', () => {
    const input = [{ name: 'ab' }, { name: 'xab' }];

    expect(read('$[?(@.name =~ /A.?/i)]', input)).toEqual([{ name: 'ab' }]);
  });
});
