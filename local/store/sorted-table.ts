import BTreeModule from 'sorted-btree';
import type { Range, Stored, Table } from './store.ts';

// The package is CommonJS: under Node its class is the `default` of the default import.
const BTree = BTreeModule.default;

/** A table in memory, sorted by the UTF-8 bytes of its keys. */
export class SortedTable<Value extends Stored> implements Table<Value> {
  readonly #tree = new BTree<string, Value>(undefined, compareKeys);

  get(key: string): Value | undefined {
    return this.#tree.get(key);
  }

  has(key: string): boolean {
    return this.#tree.has(key);
  }

  put(key: string, value: Value): void {
    this.#tree.set(key, value);
  }

  delete(key: string): boolean {
    return this.#tree.delete(key);
  }

  *entries(range: Range = {}): Generator<readonly [string, Value]> {
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    for (const [key, value] of this.#walk(range)) {
      if (left <= 0) return;
      left -= 1;
      yield [key, value];
    }
  }

  get size(): number {
    return this.#tree.size;
  }

  *#walk(range: Range): Generator<readonly [string, Value]> {
    const { prefix = '', after } = range;
    if (range.reverse === true) {
      const from = after ?? (prefix === '' ? undefined : `${prefix}\u{10FFFF}`);
      for (const [key, value] of this.#tree.entriesReversed(from)) {
        if (key === after || !key.startsWith(prefix)) {
          if (compareKeys(key, prefix) < 0) return;
          continue;
        }
        yield [key, value];
      }
      return;
    }
    const from = after !== undefined && compareKeys(after, prefix) > 0 ? after : prefix;
    for (const [key, value] of this.#tree.entries(from)) {
      if (key === after) continue;
      if (!key.startsWith(prefix)) return;
      yield [key, value];
    }
  }
}

/**
 * Compares as UTF-8 bytes. UTF-16 order differs from it only where a surrogate meets a character from
 * U+E000 to U+FFFF, so units are compared and that one case is corrected.
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
