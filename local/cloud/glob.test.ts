import { array, boolean, assert as check, nat, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinGlobs, matchesGlob, parseGlob } from './glob.ts';

const WITH = { questionMark: true };

/** The same by a regular expression, for short texts. */
function expected(text: string, pattern: string): boolean {
  const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

describe('a glob', () => {
  it('matches what the regular expression of it matches', () => {
    check(
      property(
        stringMatching(/^[ab\n]{0,8}$/),
        stringMatching(/^[ab*?]{0,7}$/),
        (text, pattern) => {
          expect(matchesGlob(text, parseGlob(pattern, WITH))).toBe(expected(text, pattern));
        },
      ),
      { seed: 20_260_101, numRuns: 5_000 },
    );
  });

  it('finds a long segment in a long text where the regular expression finds it', () => {
    check(
      property(
        stringMatching(/^[ab]{30,70}$/),
        array(boolean(), { minLength: 70, maxLength: 70 }),
        nat(50_000),
        (needle, hidden, place) => {
          const pattern = Array.from(needle, (one, index) =>
            hidden[index] === true ? '?' : one,
          ).join('');
          const text = `${'ab'.repeat(place / 2)}${needle}${'ba'.repeat(30_000)}`;
          const start = text.search(new RegExp(pattern.replaceAll('?', '.')));
          // Only its earliest place leaves all of this behind it.
          const rest = text.slice(start + pattern.length);

          expect(matchesGlob(text, parseGlob(`*${pattern}*${rest}`, WITH))).toBe(true);
          expect(matchesGlob(text, parseGlob(`*${pattern}*x${rest}`, WITH))).toBe(false);
        },
      ),
      { seed: 20_260_101, numRuns: 20 },
    );
  });

  it('is the same in pieces as in one', () => {
    check(
      property(
        stringMatching(/^[ab]{0,8}$/),
        stringMatching(/^[ab*?]{0,4}$/),
        stringMatching(/^[ab*?]{0,4}$/),
        (text, left, right) => {
          const joined = joinGlobs([parseGlob(left, WITH), parseGlob(right, WITH)]);

          expect(matchesGlob(text, joined)).toBe(expected(text, left + right));
        },
      ),
      { seed: 20_260_101, numRuns: 3_000 },
    );
  });

  it('takes a question mark for itself where it is no wildcard', () => {
    const glob = parseGlob('a?*', { questionMark: false });

    expect(matchesGlob('a?b', glob)).toBe(true);
    expect(matchesGlob('axb', glob)).toBe(false);
  });

  // faults.md 5.6: a regular expression of the first takes minutes. The test's own timeout is the bound.
  it.each([
    ['*-*-*-*x', '-'.repeat(100_000)],
    [`${'*-'.repeat(2_000)}x`, '-'.repeat(100_000)],
    [`${'*?'.repeat(2_000)}x`, '-'.repeat(50_000)],
    [`${'*?-'.repeat(1_000)}x`, '-'.repeat(50_000)],
    [`*${'?'.repeat(1_000)}x*`, '-'.repeat(20_000)],
    [`*${'-'.repeat(2_000)}x${'-'.repeat(2_000)}*`, '-'.repeat(250_000)],
    [`*${'-?'.repeat(2_000)}x*`, '-'.repeat(250_000)],
  ])('judges a hostile one at once: %#', (pattern, text) => {
    expect(matchesGlob(text, parseGlob(pattern, WITH))).toBe(false);
  });
});
