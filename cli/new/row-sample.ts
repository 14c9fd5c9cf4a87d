import { hashOf, ownCopy } from './hash.ts';

/** A row that was kept. */
interface KeptRow {
  readonly text: string;
  readonly line: number;
  readonly hash: number;
}

const MAXIMUM_ROWS = 20_000;
const MAXIMUM_CHARACTERS = 32 * 1024 * 1024;

/**
 * Rows selected by their content: all copies of a row are kept, or none, so that repeated rows are found. All rows of a
 * small file; of a large one a share that halves whenever there are too many.
 */
export class RowSample {
  #rows: KeptRow[] = [];
  #characters = 0;
  #below = 1;

  add(text: string, line: number): void {
    const hash = hashOf(text);
    if (hash >= this.#below) return;
    this.#rows.push({ text: ownCopy(text), line, hash });
    this.#characters += text.length;
    while (this.#rows.length > MAXIMUM_ROWS || this.#characters > MAXIMUM_CHARACTERS) this.#halve();
  }

  get rows(): readonly string[] {
    return this.#rows.map(({ text }) => text);
  }

  /** Whether it holds every row. */
  get isWhole(): boolean {
    return this.#below === 1;
  }

  /** The share of rows that repeat an earlier one. */
  get repeatedShare(): number {
    if (this.#rows.length === 0) return 0;
    const different = new Set(this.#rows.map(({ hash }) => hash)).size;
    return (this.#rows.length - different) / this.#rows.length;
  }

  #halve(): void {
    this.#below /= 2;
    this.#rows = this.#rows.filter(({ hash }) => hash < this.#below);
    this.#characters = this.#rows.reduce((sum, { text }) => sum + text.length, 0);
    // A single row repeated without end cannot be halved.
    if (this.#below < 2 ** -40) this.#rows = this.#rows.slice(0, MAXIMUM_ROWS / 2);
  }
}
