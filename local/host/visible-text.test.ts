import { assert as check, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleJson, visibleLine, visibleText } from './visible-text.ts';

const hostile = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('a text of others', () => {
  it.each([
    ['\u001b[2J\u0007', String.raw`\u{1b}[2J\u{7}`],
    ['a\rb\u009b31m', String.raw`a\u{d}b\u{9b}31m`],
    ['\u202egnp.exe', String.raw`\u{202e}gnp.exe`],
    ['a\u200bb\u2028c', String.raw`a\u{200b}b\u{2028}c`],
    ['\ud800', String.raw`\u{d800}`],
    ['Größe 😀 日本\tx', 'Größe 😀 日本 x'],
    ['\ufdd2✓\ufdd5', String.raw`\u{fdd2}✓\u{fdd5}`],
    ['a\nb', 'a\nb'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('contains no control character for any text', () => {
    check(
      property(string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(visibleLine(text)).not.toMatch(hostile);
      }),
      { seed: 20_260_101, numRuns: 5_000 },
    );
  });

  it('cannot begin a line of its own', () => {
    expect(visibleLine('ok\n  ✓ approved\n')).toBe(String.raw`ok\n  ✓ approved`);
  });

  it('sets none of our own styles', () => {
    expect(visibleLine('\ufdd2✓\ufdd5')).toBe(String.raw`\u{fdd2}✓\u{fdd5}`);
  });

  it('is the same in JSON when it is read', () => {
    const line = JSON.stringify({ text: '\u009b\u202e\u{e0041}\ufdd0ü' });

    const shown = visibleJson(line);

    expect(shown).toBe(String.raw`{"text":"\u009b\u202e\udb40\udc41\ufdd0ü"}`);
    expect(JSON.parse(shown)).toEqual(JSON.parse(line));
  });
});
