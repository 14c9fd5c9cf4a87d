/** Whether this process has met any; until then documents cost nothing more. */
let isAnyKnown = false;

/**
 * A number that JavaScript prints otherwise than it was written: `12345678901234567890`, `1e400`, `1.0`. A
 * document is passed on as it came until something computes with it, so such a number stands in it as it is.
 * To the compiler it is a number; what computes takes {@link numberOf}.
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

/** What a number is to computations; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof NumberAsWritten ? value.valueOf() : undefined;
}

/** Whether this process has met a number that is kept as it was written. */
export function isNumberAsWrittenKnown(): boolean {
  return isAnyKnown;
}
