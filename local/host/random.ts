import { randomBytes, randomUUID } from 'node:crypto';

/** The source of identifiers and random numbers; seeded in simulations. */
export interface Random {
  /** A version 4 UUID. */
  uuid(): string;
  /** Uniform in [0, 1). */
  next(): number;
  /** This many lower-case hexadecimal digits. */
  hex(digits: number): string;
}

/** Random numbers of the operating system. */
export function createSystemRandom(): Random {
  return {
    uuid: () => randomUUID(),
    next: () => Math.random(),
    hex: (digits) =>
      randomBytes(Math.ceil(digits / 2))
        .toString('hex')
        .slice(0, digits),
  };
}

/** Random numbers that are the same for the same seed, for simulations. Not for secrets. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32: small, fast, and good enough for shuffling and for names.
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  function hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += Math.floor(next() * 16).toString(16);
    return text;
  }
  return {
    next,
    hex,
    uuid: () =>
      `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(next() * 4)]}${hex(3)}-${hex(12)}`,
  };
}
