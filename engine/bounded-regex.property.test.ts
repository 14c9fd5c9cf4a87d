import { array, assert as check, constantFrom, property, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedRegex, execBounded, mayBacktrack, RegexLimitExceeded } from './bounded-regex.ts';

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

    expect(() => execBounded(/(a+)+b/, text, 0)).toThrow('takes too many steps');
  });

  it('takes over where backtracking may get long', () => {
    expect(mayBacktrack(/(a+)+b/, 60)).toBe(true);
    expect(mayBacktrack(/(a|a)*b/, 60)).toBe(true);
    expect(mayBacktrack(/a*b/, 30)).toBe(false);
    expect(mayBacktrack(/a*a*a*b/, 10_000)).toBe(true);
    expect(mayBacktrack(/abc/, 1_000_000)).toBe(false);
    expect(mayBacktrack(/(?:a?){30}a{30}/, 30)).toBe(true);
    expect(mayBacktrack(/((((a+)+)+)+)+b/, 14)).toBe(true);
    expect(mayBacktrack(/^(\w+)@(\w+)$/, 10)).toBe(false);
  });

  it('never throws for a text of any characters', () => {
    check(
      property(constantFrom(...patterns), array(string()), (pattern, texts) => {
        expect(() => execBounded(pattern, texts.join(''), 0)).not.toThrow();
      }),
      { seed: 20_260_101, numRuns: 500 },
    );
  });

  // The first stands in faults.md 5.6; each takes JavaScript's own engine minutes or more.
  it.each([
    ['^(a+)+$', `${'a'.repeat(40)}b`],
    ['^(a|a)*$', `${'a'.repeat(40)}b`],
    ['^(a|aa)+$', `${'a'.repeat(60)}b`],
    ['^((a*)*)*$', `${'a'.repeat(30)}b`],
    ['^(?:a?){40}a{40}$', `${'a'.repeat(39)}b`],
    ['^(.*a){20}$', 'a'.repeat(500) + 'b'],
    ['(.*)(.*)(.*)(.*)x', 'a'.repeat(2_000)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(60)],
    ['(?=(a+)+b)c', 'a'.repeat(40)],
    [String.raw`^(a+)\1*b`, 'a'.repeat(20_000)],
    ['^(ab|cd)*$', `${'abcd'.repeat(50_000)}x`],
  ])('ends %s', (source, text) => {
    expect(() => new BoundedRegex(source).test(text)).toThrow(RegexLimitExceeded);
  });

  it.each([
    [String.raw`\s+`, 'word '.repeat(50_000)],
    ['[a-z]+,$', 'word,'.repeat(50_000)],
    ['x', 'a'.repeat(250_000)],
  ])('reads the longest text there is for %s', (source, text) => {
    expect(new BoundedRegex(source).test(text)).toBe(source !== 'x');
  });

  it('refuses a pattern that nests too deep', () => {
    const deep = `${'('.repeat(50_000)}a${')'.repeat(50_000)}`;

    expect(() => new BoundedRegex(deep)).toThrow(SyntaxError);
  });

  it("agrees with JavaScript's own engine on everyday patterns", () => {
    expect(new BoundedRegex('^[a-z0-9-]{1,63}$').test('a'.repeat(63))).toBe(true);
    expect(new BoundedRegex('loss=(?<value>[0-9.]+)').exec('step 3 loss=0.25')).toEqual({
      index: 7,
      text: 'loss=0.25',
      groups: ['0.25'],
    });
  });
});
