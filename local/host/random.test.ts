import { describe, expect, it } from 'vitest';
import { createSeededRandom, createSystemRandom } from './random.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each([
  ['the seeded', createSeededRandom(1)],
  ['the system', createSystemRandom()],
])('%s random', (_name, random) => {
  it('makes UUIDs, digits and fractions', () => {
    const fractions = Array.from({ length: 1_000 }, () => random.next());

    expect(random.uuid()).toMatch(UUID);
    expect(random.hex(17)).toMatch(/^[0-9a-f]{17}$/);
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
    expect(new Set(fractions).size).toBeGreaterThan(990);
  });
});

const sequence = (seed: number) => {
  const random = createSeededRandom(seed);
  return [random.uuid(), random.next(), random.hex(8)];
};

it('repeats itself for the same seed only', () => {
  expect(sequence(7)).toEqual(sequence(7));
  expect(sequence(7)).not.toEqual(sequence(8));
});
