import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceFactories } from '../../services/index.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import type { Service } from '../service.ts';
import { readFacts } from './facts.ts';
import { compilePattern, JUDGED_CHARACTERS } from './pattern.ts';

interface Found {
  readonly pattern: string;
  /** The longest text it is matched against. */
  readonly characters: number;
}

const patterns = createServices().flatMap(({ name }) =>
  readFacts(name).flatMap(({ shapes }) =>
    Object.values(shapes).flatMap(({ pattern, max = 0 }): readonly Found[] =>
      pattern === undefined ? [] : [{ pattern, characters: Math.max(max, JUDGED_CHARACTERS) }],
    ),
  ),
);

function createServices(): readonly Service[] {
  const cloud = createTestCloud(serviceFactories);
  return serviceFactories.map((factory) => factory(cloud));
}

/** Far above what a pattern takes that goes over its text once or a few times. */
const LONGEST_MS = 200;
const TRIES = 3;

/** Repetitions that patterns which backtrack take longest for, with an end that does not fit. */
function hostileTexts(characters: number): readonly string[] {
  const pieces = [
    'a',
    '-',
    ' ',
    '\t',
    '/',
    '/a',
    'a-',
    'a.',
    ' \t',
    '.',
    '0',
    '%20',
    ':',
    'A',
    'a b',
    '-a-',
  ];
  const starts = [
    '',
    'a',
    '/',
    'arn:aws:',
    's3://',
    '$.',
    'arn:aws:lambda:us-east-1:000000000000:',
  ];
  return starts.flatMap((start) =>
    pieces.flatMap((piece) =>
      ['\u0000', '\n', '!'].map(
        (end) => (start + piece.repeat(characters)).slice(0, characters - 1) + end,
      ),
    ),
  );
}

/** The first measurement below the limit, else the shortest: a busy machine lets other work run between. */
function shortestOf(tries: number, work: () => void): number {
  const before = performance.now();
  work();
  const elapsedMs = performance.now() - before;
  if (elapsedMs < LONGEST_MS || tries <= 1) return elapsedMs;
  return Math.min(elapsedMs, shortestOf(tries - 1, work));
}

describe('the patterns of the API models', () => {
  it.each([...new Map(patterns.map((found) => [found.pattern, found])).values()])(
    '$pattern is quick on every text of $characters characters',
    ({ pattern, characters }) => {
      const expression = compilePattern(pattern);
      for (const text of hostileTexts(characters)) {
        expect(shortestOf(TRIES, () => expression.test(text))).toBeLessThan(LONGEST_MS);
      }
    },
  );

  it.each([
    ['^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$', 'a \t:\u0000é'],
    ['^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$', 'a \t:\u0000é'],
  ])('%s takes the same texts in its quick form', (pattern, characters) => {
    const original = new RegExp(`^(?:${pattern})$`, 'u');
    const quick = compilePattern(pattern);
    const text = string({ unit: constantFrom(...Array.from(characters)), maxLength: 9 });
    expect(() =>
      assert(
        property(text, (one) => quick.test(one) === original.test(one)),
        { numRuns: 3_000, seed: 8 },
      ),
    ).not.toThrow();
  });

  // Java's and JavaScript's regular expressions differ in these.
  it.each([
    ['\\p{Print}+', 'a ~', 'é'],
    ['[\\p{Alnum}\\-]+', 'a-9', 'a_'],
    ['[\\S]+', 'a\u00a0b', 'a b'],
    ['.*', 'a b', 'a\u0085b'],
    ['\\A\\S[\\p{Print}]*\\z', 'ab', ' ab'],
    ['([\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*)${1,128}', 'a b', 'a,b'],
    ['[A-Za-z0-9\\_\\-]+', 'a_-', 'a.'],
    [
      '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*',
      'a\u{1F600}',
      '\u0000',
    ],
  ])('%s takes %j and not %j', (pattern, taken, refused) => {
    expect(compilePattern(pattern).test(taken)).toBe(true);
    expect(compilePattern(pattern).test(refused)).toBe(false);
  });
});
