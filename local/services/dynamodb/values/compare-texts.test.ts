import { expect, it } from 'vitest';
import { compareNumbers, compareTexts } from './attribute-value.ts';

/** At the bounds of UTF-16's surrogates, whose units alone have another order. */
const CHARACTERS = [0x41, 0x7f, 0x80, 0xd7ff, 0xe000, 0xffff, 0x1_0000, 0x1_03ff, 0x10_ffff];
const TEXTS = CHARACTERS.flatMap((code) => {
  const character = String.fromCodePoint(code);
  return [character, `a${character}`, `${character}a`];
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html: strings are
// sorted by their UTF-8 bytes.
it('orders texts as their UTF-8 bytes', () => {
  const pairs = TEXTS.flatMap((one) => TEXTS.map((other) => [one, other] as const));

  const orders = pairs.map(([one, other]) => Math.sign(compareTexts(one, other)));

  expect(orders).toEqual(
    pairs.map(([one, other]) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
  );
});

it('orders numbers by their values, with more digits than JavaScript has', () => {
  const sorted = [
    '-1e2',
    '-12',
    '-11.5',
    '-1',
    '-1e-9',
    '0',
    '1e-9',
    '1',
    '1.5',
    '11',
    '12',
    '1e2',
  ];
  const long = ['9007199254740992.1', '9007199254740992.2', '90071992547409921'];
  const numbers = [...sorted, ...long];
  const pairs = numbers.flatMap((one, at) =>
    numbers.map((other, place) => [one, other, at - place] as const),
  );

  const orders = pairs.map(([one, other]) => Math.sign(compareNumbers(one, other)) + 0);

  expect(orders).toEqual(pairs.map(([, , order]) => Math.sign(order)));
  expect(compareNumbers('1.0', '1')).toBe(0);
  expect(compareNumbers('-0', '0')).toBe(0);
});
