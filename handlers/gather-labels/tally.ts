/** A line, or a row of it, that cannot be read. The message is a reason without values: requests are personal data. */
export class BrokenLine extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'BrokenLine';
  }
}

/** Counts by reason. Reasons are sentences of this program, so that there are few of them. */
export class Tally {
  readonly #reasons = new Map<string, number>();

  note(reason: string): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  describe(): { readonly count: number; readonly reasons: Record<string, number> } {
    const count = [...this.#reasons.values()].reduce((sum, each) => sum + each, 0);
    return { count, reasons: Object.fromEntries(this.#reasons) };
  }
}
