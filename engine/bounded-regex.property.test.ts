import { array, assert as check, constantFrom, property, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedRegex, execBounded, nativeTests, RegexLimitExceeded } from './bounded-regex.ts';

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
  it("finds the same matches as JavaScript's own engine", () => {
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

  it('fails instead of backtracking without end', () => {
    const text = 'a'.repeat(60);

    expect(() => execBounded(/(a+)+b/, text, 0)).toThrow('takes too many steps');
  });

  it('counts steps where backtracking can take long', () => {
    expect(nativeTests(/(a+)+b/, 60)).toBeUndefined();
    expect(nativeTests(/(a|a)*b/, 60)).toBeUndefined();
    expect(nativeTests(/a*b/, 30)).toBeDefined();
    expect(nativeTests(/a*a*a*b/, 10_000)).toBeUndefined();
    expect(nativeTests(/abc/, 1_000_000)).toBeDefined();
    expect(nativeTests(/(?:a?){30}a{30}/, 30)).toBeUndefined();
    expect(nativeTests(/((((a+)+)+)+)+b/, 14)).toBeUndefined();
    expect(nativeTests(/^(\w+)@(\w+)$/, 10)).toBeDefined();
  });

  // A pattern with only one way to match can still read the whole text from each position.
  it.each([
    [/a{20000}b/, 200_000],
    [/(?:(?!a{8000}b)a){9000}/, 20_000],
    [/(?:a{100}){100}b/, 20_000],
    [/(?<=a{8000})b/, 20_000],
    [/(a{1000})\1b/, 20_000],
    [/(?:){1000000000}/, 1],
    [/(?:\b){1000000}x/, 5_000],
  ])('counts steps where %s reads a text of %i characters many times', (pattern, length) => {
    expect(nativeTests(pattern, length)).toBeUndefined();
    expect(() => execBounded(pattern, 'a'.repeat(length), 0)).toThrow(RegexLimitExceeded);
  });

  it.each([
    [/[a-z]{8}-[0-9]{4}/, 250_000],
    [/a{60}b/, 250_000],
  ])("leaves %s to JavaScript's own engine", (pattern, length) => {
    expect(nativeTests(pattern, length)).toBeLessThanOrEqual(64 * (length + 1));
  });

  it('never throws, for any characters of the text', () => {
    check(
      property(constantFrom(...patterns), array(string()), (pattern, texts) => {
        expect(() => execBounded(pattern, texts.join(''), 0)).not.toThrow();
      }),
      { seed: 20_260_101, numRuns: 500 },
    );
  });

  // Each of these takes JavaScript's own engine minutes or more.
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
    // Parts that match the empty text are alternatives too.
    [`${'(?:|)'.repeat(40)}${String.raw`\B(?!)`}`, 'aa'],
    [`${'(?:a{0}|a{0})'.repeat(40)}(?!)`, 'aa'],
    [`${'(?:^|^)'.repeat(40)}(?!)`, 'aa'],
    [`${'(?:(?=)|(?!a))'.repeat(40)}(?!)`, 'ba'],
    [`${'(?:(?<=)|(?<!a))'.repeat(40)}(?!)`, 'ba'],
    [String.raw`()${'(?:\\1|\\1)'.repeat(40)}(?!)`, 'aa'],
    [`${'()'.repeat(3_000)}x*y`, 'a'.repeat(100_000)],
  ])('ends %s', (source, text) => {
    expect(() => new BoundedRegex(source).test(text)).toThrow(RegexLimitExceeded);
  });

  it.each([
    [String.raw`\s+`, 'word '.repeat(50_000)],
    ['[a-z]+,$', 'word,'.repeat(50_000)],
    ['x', 'a'.repeat(250_000)],
  ])('reads the longest allowed text for %s', (source, text) => {
    expect(new BoundedRegex(source).test(text)).toBe(source !== 'x');
  });

  it('refuses a pattern that is nested too deeply', () => {
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
