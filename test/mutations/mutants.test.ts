import { describe, expect, it } from 'vitest';
import { applyMutant, findMutants } from './mutants.ts';
import { type FileMutant, sampleMutants } from './sample.ts';

function mutated(source: string): readonly string[] {
  return findMutants(source).map((mutant) => applyMutant(source, mutant));
}

describe('the changes of a file', () => {
  it.each([
    ['a >= b;', 'a > b;'],
    ['a < b;', 'a <= b;'],
    ['a === b;', 'a !== b;'],
    ['a && b;', 'a || b;'],
    ['a - 1;', 'a + 1;'],
    ['f(3);', 'f(4);'],
    ['f(3);', 'f((2));'],
    ['f(true);', 'f(false);'],
    ["f('x');", "f('mutated');"],
    ['if (a) b();', 'if (!(a)) b();'],
    ['if (a) b();', 'if (false) b();'],
    ['if (a) b();', 'if (a) ;'],
    ['c = a ? x : y;', 'c = (a) ? (y) : (x);'],
    ['throw e;', ';'],
  ])('of %s have %s', (source, changed) => {
    expect(mutated(source)).toContain(changed);
  });

  it.each([
    "import { a } from 'x';",
    "type A = 'x' | 3;",
    "interface A { readonly a: 'x' }",
    "export { a } from 'x';",
    "this.#cloud.logger.warn({ a: 1 }, 'x');",
    "logger.info('x', { a: 1 });",
    'timer.unref();',
  ])('leave %s alone', (source) => {
    expect(mutated(source)).toEqual([]);
  });

  it('join texts as before', () => {
    expect(mutated("f('a' + b);")).not.toContain("f('a' - b);");
  });
});

describe('a sample', () => {
  const mutants: readonly FileMutant[] = [
    ...Array.from({ length: 50 }, (_, start) => mutantAt(start, 'text')),
    ...Array.from({ length: 50 }, (_, start) => mutantAt(start, 'logic')),
  ];

  it('is the same for the same seed, and holds nothing twice', () => {
    const sample = sampleMutants(mutants, 20, 1);

    expect(sampleMutants(mutants, 20, 1)).toEqual(sample);
    expect(sampleMutants(mutants, 20, 2)).not.toEqual(sample);
    expect(new Set(sample).size).toBe(20);
  });

  it('is all there is where more is asked for', () => {
    expect(new Set(sampleMutants(mutants, 1_000, 1))).toEqual(new Set(mutants));
  });
});

function mutantAt(start: number, kind: FileMutant['kind']): FileMutant {
  return { file: 'a.ts', label: '', kind, start, end: start + 1, replacement: '' };
}
