import BTreeModule from 'sorted-btree';
import type { Range, Stored, Table } from './store.ts';

// The package is CommonJS: under Node its class is the `default` of the default import.
const BTree = BTreeModule.default;

/** A table in memory, sorted by the UTF-8 bytes of its keys. */
export class SortedTable<Value extends Stored> implements Table<Value> {
  readonly #values = new Map<string, Value>();
  /** The order of the keys only; most reads and writes are by key. */
  readonly #keys = new BTree<string, undefined>(undefined, (a, b) =>
    this.#isPlain ? compareUnits(a, b) : compareKeys(a, b),
  );
  #isPlain = true;

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  put(key: string, value: Value): void {
    if (!this.#values.has(key)) {
      // Both comparisons give the same order for the present keys.
      if (this.#isPlain && notPlain.test(key)) this.#isPlain = false;
      this.#keys.set(key, undefined);
    }
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    return this.#keys.delete(key);
  }

  *entries(range: Range = {}): Generator<readonly [string, Value]> {
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    for (const key of this.#walk(range)) {
      if (left <= 0) return;
      left -= 1;
      const value = this.#values.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  get size(): number {
    return this.#values.size;
  }

  *#walk(range: Range): Generator<string> {
    const { prefix = '', after } = range;
    if (range.reverse === true) {
      const from = after ?? (prefix === '' ? undefined : `${prefix}\u{10FFFF}`);
      for (const [key] of this.#keys.entriesReversed(from)) {
        if (key === after || !key.startsWith(prefix)) {
          if (compareKeys(key, prefix) < 0) return;
          continue;
        }
        yield key;
      }
      return;
    }
    const from = after !== undefined && compareKeys(after, prefix) > 0 ? after : prefix;
    for (const [key] of this.#keys.entries(from)) {
      if (key === after) continue;
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }
}

/** UTF-16 units that sort differently in UTF-8. */
const notPlain = /[\ud800-\uffff]/;

/** The native comparison, which is much faster and gives the same order for plain keys. */
function compareUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Compares two texts by their UTF-8 bytes. UTF-16 order differs only where a surrogate is compared with a
 * character from U+E000 to U+FFFF, so units are compared and this one case is corrected.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return a.length - b.length;
}

function rankOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
