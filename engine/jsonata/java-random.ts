const MULTIPLIER = 0x5deece66dn;
const ADDEND = 0xbn;
const MASK = (1n << 48n) - 1n;

/**
 * The first numbers of a `java.util.Random`, which AWS uses for `$random(seed)` and
 * `States.MathRandom(start, end, seed)`: a linear congruential generator of 48 bits.
 * https://docs.oracle.com/javase/8/docs/api/java/util/Random.html
 */
export class JavaRandom {
  #state: bigint;

  constructor(seed: number) {
    this.#state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  }

  /** The next `bits` bits, as Java's signed int. */
  next(bits: number): number {
    this.#state = (this.#state * MULTIPLIER + ADDEND) & MASK;
    return Number(BigInt.asIntN(32, this.#state >> BigInt(48 - bits)));
  }

  nextDouble(): number {
    const high = BigInt(this.next(26) >>> 0) & 0x3ffffffn;
    const low = BigInt(this.next(27) >>> 0) & 0x7ffffffn;
    return Number((high << 27n) + low) / 2 ** 53;
  }

  /** Uniform in [0, bound). */
  nextInt(bound: number): number {
    if ((bound & -bound) === bound) {
      return Number((BigInt(bound) * BigInt(this.next(31))) >> 31n);
    }
    for (;;) {
      const bits = this.next(31);
      const value = bits % bound;
      // Java rejects numbers that would make low values more likely: those whose sum overflows an int.
      if (bits - value + (bound - 1) <= 0x7fffffff) return value;
    }
  }
}

/** `new java.util.Random(seed).nextDouble()` */
export function nextDouble(seed: number): number {
  return new JavaRandom(seed).nextDouble();
}
