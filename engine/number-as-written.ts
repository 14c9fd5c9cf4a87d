/** Whether this process has read such a number; until then documents have no extra cost. */
let isAnyKnown = false;

/**
 * A number that JavaScript prints differently from its original spelling: `12345678901234567890`, `1e400`,
 * `1.0`. A document is passed on unchanged until an operation computes with it, so such a number keeps its
 * spelling. To the compiler it is a number; code that computes uses {@link numberOf}.
 */
export class NumberAsWritten extends Number {
  readonly #text: string;

  constructor(text: string) {
    super(text);
    this.#text = text;
    isAnyKnown = true;
  }

  get text(): string {
    return this.#text;
  }
}

/** The value of a number for computations; undefined for any other value. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof NumberAsWritten ? value.valueOf() : undefined;
}

/** Whether this process has read a number that keeps its original spelling. */
export function isNumberAsWrittenKnown(): boolean {
  return isAnyKnown;
}
