import { array, assert as check, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runWorkflow } from '../infra/simulation/index.ts';
import {
  approvalDescription,
  causeText,
  describeEntity,
  errorText,
  messageText,
  metadataKey,
  metadataValue,
  subjectText,
} from './index.ts';

/** Evaluates an expression on a text as a state machine does. */
function evaluate(render: (text: string) => string, text: unknown): string {
  const state = {
    Type: 'Pass',
    Output: `{% ${render('$states.input.text')} %}`,
    End: true,
  };
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Clean',
    States: { Clean: state },
  });
  const result = runWorkflow({ definition, input: { text }, answer: () => ({}) });
  if (typeof result.output !== 'string') throw new Error(`${result.error}: ${result.cause}`);
  return result.output;
}

/** Patterns and lengths of botocore 1.43.11, `sagemaker/2017-07-24`, and of SNS's API reference. */
const metadataPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
/** Java's `.` takes none of its five line terminators. */
const oneLine = /^[^\n\r\u0085\u2028\u2029]*$/;
const subjectPattern = /^[\x21-\x7e][\x20-\x7e]*$/;
const descriptionPattern = /^[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]*$/u;

/** Of any code unit: controls, astral characters, halves of them, and what people write. */
const texts = oneof(
  string({ unit: 'binary', maxLength: 400 }),
  string({ unit: 'grapheme', maxLength: 400 }),
  array(
    constantFrom(
      'mse 5 is worse than the champion’s 4 by more than 2 %; too high',
      'größer\n',
      '\r\n',
      '\u0000',
      '\u001b[2J',
      '\u0085',
      '\u2028',
      '\ud83d\ude00',
      '\ud800',
      '\udc00',
      ' ',
      '\'"`',
      '模型',
      '\u0301',
      'x'.repeat(300),
    ),
    { maxLength: 12 },
  ).map((parts) => parts.join('')),
);

/** Both ways to count: AWS's own documents speak of characters, its older services count units. */
function longest(text: string): number {
  return Math.max(text.length, Array.from(text).length);
}

describe('text in a field of AWS', () => {
  it.each([
    ['metadata value', metadataValue, 256, metadataPattern, 1],
    ['metadata key', metadataKey, 128, metadataPattern, 1],
    ['approval description', approvalDescription, 1_024, oneLine, 0],
    ['subject', subjectText, 100, subjectPattern, 1],
    ['cause', causeText, 32_768, /^/, 0],
    ['error', errorText, 256, /^/, 0],
  ])('is a %s for any text', (_what, render, limit, pattern, shortest) => {
    check(
      property(texts, (text) => {
        const cleaned = evaluate(render, text);

        expect(cleaned).toMatch(pattern);
        expect(longest(cleaned)).toBeLessThanOrEqual(limit);
        expect(cleaned.length).toBeGreaterThanOrEqual(shortest);
      }),
      { numRuns: 300, seed: 20261128 },
    );
  });

  it('is a message for any text', () => {
    check(
      property(texts, (text) => {
        const cleaned = evaluate(messageText, text);

        // oxlint-disable-next-line no-control-regex -- controls are what is looked for
        expect(cleaned).toMatch(/^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]+$/);
      }),
      { numRuns: 300, seed: 20261128 },
    );
  });

  it('is a description for any text', () => {
    check(
      property(texts, (text) => {
        expect(describeEntity(text)).toMatch(descriptionPattern);
        expect(describeEntity(text).length).toBeLessThanOrEqual(1_024);
      }),
      { numRuns: 300, seed: 20261128 },
    );
  });

  it.each([
    ['a', 'x'.repeat(100_000)],
    ['an astral', '😀'.repeat(50_000)],
    ['a control', '\u0007'.repeat(100_000)],
    ['a Chinese', '模'.repeat(100_000)],
  ])('holds %s character a hundred thousand times', (_what, text) => {
    expect(longest(evaluate(metadataValue, text))).toBeLessThanOrEqual(256);
    expect(longest(evaluate(metadataKey, text))).toBeLessThanOrEqual(128);
    expect(longest(evaluate(approvalDescription, text))).toBeLessThanOrEqual(1_024);
    expect(longest(evaluate(subjectText, text))).toBeLessThanOrEqual(100);
    expect(longest(evaluate(causeText, text))).toBeLessThanOrEqual(32_768);
    expect(longest(evaluate(errorText, text))).toBeLessThanOrEqual(256);
    expect(Buffer.byteLength(evaluate(messageText, text))).toBeLessThanOrEqual(262_144);
  });

  it.each([
    ['', '-', ''],
    ['\n\t', '-', ''],
    ['😀', '-', '😀'],
    [
      'It was withdrawn: 12 % (too many); "wrong" answers, again.',
      'It was withdrawn: 12 percent too many wrong answers again.',
      'It was withdrawn: 12 % (too many); "wrong" answers, again.',
    ],
    ['Zu große\nFehler', 'Zu große Fehler', 'Zu große Fehler'],
    ["the champion's 4", 'the champions 4', "the champion's 4"],
    [undefined, '-', ''],
    [null, 'null', 'null'],
    [4.5, '4.5', '4.5'],
    [{ a: 1 }, 'a:1', '{"a":1}'],
  ])('stays readable: %j', (text, value, description) => {
    expect(evaluate(metadataValue, text)).toBe(value);
    expect(evaluate(approvalDescription, text)).toBe(description);
  });

  it('keeps the longest text that fits', () => {
    expect(evaluate(metadataValue, 'a'.repeat(256))).toBe('a'.repeat(256));
    expect(evaluate(approvalDescription, ';'.repeat(1_024))).toBe(';'.repeat(1_024));
    expect(evaluate(approvalDescription, '😀'.repeat(512))).toBe('😀'.repeat(512));
    expect(evaluate(subjectText, '~'.repeat(100))).toBe('~'.repeat(100));
  });

  it('lets no character of the basic plane through that SageMaker refuses', () => {
    const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
    for (let start = 0; start < all.length; start += 256) {
      const cleaned = evaluate(metadataValue, all.slice(start, start + 256).join(''));
      expect(cleaned).toMatch(metadataPattern);
    }
  });
});
