import { array, assert as check, constantFrom, property, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { execBounded, mayBacktrack } from './bounded-regex.ts';

const patterns = [
  /a/,
  /a*b/,
  /(a+)+b/,
  /(a|b)*c/,
  /(a)(b)?/,
  /a{2,3}?b/,
  /^ab$/,
  /^a/m,
  /\bab\b/,
  /[^a-b]+/i,
  /(?<n>a)\k<n>/,
  /(a*)\1b/,
  /a(?=b)/,
  /a(?!b)/,
  /(?<=a)b/,
  /(?<!a)b/,
  /.*?b/s,
  /(?:ab|a)(?:bc|c)?/,
  /(a?)*?b/,
  /\d+|\s/,
  /(?:)/,
  /(z)((a+)?(b+)?(c))*/,
];

describe('a bounded regular expression', () => {
  it("finds what JavaScript's own engine finds", () => {
    check(
      property(constantFrom(...patterns), stringMatching(/^[abcz1 \n]{0,14}$/), (pattern, text) => {
        const native = pattern.exec(text);

        const found = execBounded(pattern, text, 0);

        expect(found?.index).toBe(native?.index);
        expect(found?.text).toBe(native?.[0]);
        expect(found?.groups).toEqual(native === null ? undefined : [...native].slice(1));
      }),
      { seed: 20_260_101, numRuns: 3000 },
    );
  });

  it('gives up instead of backtracking for ever', () => {
    const text = 'a'.repeat(60);

    expect(() => execBounded(/(a+)+b/, text, 0)).toThrow('Expression evaluation timeout');
  });

  it('takes over where backtracking may get long', () => {
    expect(mayBacktrack(/(a+)+b/, 60)).toBe(true);
    expect(mayBacktrack(/(a|a)*b/, 60)).toBe(true);
    expect(mayBacktrack(/a*b/, 60)).toBe(false);
    expect(mayBacktrack(/a*a*a*b/, 10_000)).toBe(true);
    expect(mayBacktrack(/abc/, 1_000_000)).toBe(false);
  });

  it('never throws for a text of any characters', () => {
    check(
      property(constantFrom(...patterns), array(string()), (pattern, texts) => {
        expect(() => execBounded(pattern, texts.join(''), 0)).not.toThrow();
      }),
      { seed: 20_260_101, numRuns: 500 },
    );
  });
});
