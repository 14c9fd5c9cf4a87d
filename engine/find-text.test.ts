import { assert as check, integer, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { findText, splitText } from './find-text.ts';

const LONG = 40_000;
const a = 'a'.repeat(LONG);

it.each([
  ['a part that is in the middle', `${a}b${a}`, `b${a}`, LONG],
  ['a part that begins often and never ends', a.repeat(3), `${a}b${a}`, -1],
  ['a part that repeats itself', `${'ab'.repeat(LONG)}c`, `${'ab'.repeat(LONG / 2)}c`, LONG],
  ['a part that is longer than the text', a, `${a}a`, -1],
  ['the whole text', a, a, 0],
])('finds %s', (_, text, part, place) => {
  expect(findText(text, part)).toBe(place);
});

// JavaScript's own search takes 32 seconds for this one.
it('takes the sum of both lengths, not their product', () => {
  expect(findText('a'.repeat(400_000), `${'a'.repeat(100_000)}b${'a'.repeat(100_000)}`)).toBe(-1);
});

it('finds what indexOf finds', () => {
  const unit = 'abaababaabaab';
  check(
    property(
      integer({ min: 0, max: 60 }),
      integer({ min: 0, max: 13 }),
      string({ unit: integer({ min: 0, max: 1 }).map((bit) => 'ab'.charAt(bit)), maxLength: 5 }),
      integer({ min: -5, max: 2_000 }),
      (copies, shift, tail, from) => {
        const text = unit.repeat(5_000) + tail + unit.repeat(3_000);
        const part = unit.repeat(copies).slice(shift) + tail + unit.repeat(20);

        expect(findText(text, part, from)).toBe(text.indexOf(part, from));
      },
    ),
  );
}, 60_000);

it.each<[string, string, string, number | undefined]>([
  ['a separator that is long', `x${a}y${a}`, a, undefined],
  ['a separator that is not there', `${a}x`, `${a}y`, 5],
  ['at most some pieces', `x${a}y${a}z`, a, 2],
])('splits by %s', (_, text, separator, most) => {
  expect(splitText(text, separator, most)).toEqual(text.split(separator, most));
});
