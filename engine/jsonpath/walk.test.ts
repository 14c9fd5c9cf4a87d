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

/** A list of about the maximum size of an input. */
const many: readonly Json[] = Array.from({ length: 60_000 }, (_, index) => index % 10);

describe('a path that would visit a document many times', () => {
  it.each([
    ['$..a..a..a..a', nested(400)],
    ['$..*..*..*', nested(400)],
    ['$[?(@ in $)]', Array.from({ length: 60_000 }, (_, index) => index)],
    ['$[?(@ == $[?(@ == 1)])]', many],
    // The nodes of a step are counted one by one, because the whole list may be too long.
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
  ])('succeeds if it visits few nodes: %s', (path, input) => {
    expect(read(path, input)).toBeInstanceOf(Array);
  });
});

describe('a regular expression in a filter', () => {
  it('fails if it would backtrack without end', () => {
    const input = [{ name: `${'a'.repeat(40)}b` }];

    expect(() => read('$[?(@.name =~ /(a+)+$/)]', input)).toThrow('takes too many steps');
  });

  it('has one limit for all nodes', () => {
    const input = Array.from({ length: 5_000 }, () => ({ name: `${'a'.repeat(12)}b` }));

    expect(() => read('$[?(@.name =~ /(a|a)*c/)]', input)).toThrow('takes too many steps');
  });

  it('must match the whole text', () => {
    const input = [{ name: 'ab' }, { name: 'xab' }];

    expect(read('$[?(@.name =~ /A.?/i)]', input)).toEqual([{ name: 'ab' }]);
  });
});
