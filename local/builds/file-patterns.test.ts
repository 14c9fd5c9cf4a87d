import { describe, expect, it } from 'vitest';
import { matching } from './file-patterns.ts';

const PATHS = ['a.txt', 'b.json', 'd/a.txt', 'd/e/a.txt', 'd/e/f.js', 'x+y'];

describe('patterns of files', () => {
  it.each([
    [['*'], ['a.txt', 'b.json', 'x+y']],
    [['**/*'], PATHS],
    [['**'], PATHS],
    [['./d/*'], ['d/a.txt']],
    [['d/**/*'], ['d/a.txt', 'd/e/a.txt', 'd/e/f.js']],
    [['**/a.txt'], ['a.txt', 'd/a.txt', 'd/e/a.txt']],
    [['d/**/e/*.js'], ['d/e/f.js']],
    [
      ['?.txt', 'x+y'],
      ['a.txt', 'x+y'],
    ],
    [['d?a.txt', 'd*a.txt', 'd/'], []],
    [['d**txt'], ['d/a.txt', 'd/e/a.txt']],
  ])('%j match', async (patterns, found) => {
    expect(await matching(PATHS, patterns)).toEqual(found);
  });

  it('never go back: this one would search for longer than the universe is old', async () => {
    const pattern = `${'*a'.repeat(100)}${'**/a'.repeat(20)}b`;

    expect(await matching(['a'.repeat(255), 'a/'.repeat(200)], [pattern])).toEqual([]);
  });
});
