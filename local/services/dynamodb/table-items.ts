import { createHash } from 'node:crypto';
import BTreeModule from 'sorted-btree';
import type { Table } from '../../store/index.ts';
import { type OrderRange, orderOf } from './key-order.ts';
import { type IndexRecord, namesOf, type TableRecord, typeOf } from './table-record.ts';
import { type Item, itemBytes } from './values/attribute-value.ts';
import { packItem, unpackItem } from './values/stored-item.ts';

// The package is CommonJS: under Node its class is the `default` of the default import.
const BTree = BTreeModule.default;
type Order = InstanceType<typeof BTree<string, string>>;

/**
 * The items of one table. The rows are in the store, by the hash of the key, because keys may be too long for
 * the store. The order of the table and of its indexes is in memory.
 */
export class TableItems {
  readonly #rows: Table<string>;
  readonly #rowPrefix: string;
  /** The rows by their place in the order. */
  readonly #order: Order = new BTree<string, string>(undefined, compare);
  readonly #indexes = new Map<string, Order>();
  #table: TableRecord;
  #bytes = 0;
  /** Cache of the latest item: a write reads it twice, and unpacking a large item takes long. */
  #last: { readonly text: string; readonly item: Item } | undefined;

  constructor(table: TableRecord, rows: Table<string>) {
    this.#table = table;
    this.#rows = rows;
    this.#rowPrefix = `${table.id}/`;
    for (const { name } of table.indexes) this.#indexes.set(name, newOrder());
    for (const [row, text] of rows.entries({ prefix: this.#rowPrefix })) {
      this.#note(unpackItem(text), row);
    }
  }

  get count(): number {
    return this.#order.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The number of items in an index. */
  indexCount(name: string): number {
    return this.#indexes.get(name)?.size ?? 0;
  }

  /** @param key an item or its key attributes */
  get(key: Item): Item | undefined {
    const row = this.#order.get(orderOf(key, this.#table.key));
    return row === undefined ? undefined : this.#read(row);
  }

  put(item: Item): void {
    this.delete(item);
    const row = this.#rowPrefix + rowOf(item, this.#table);
    this.#rows.put(row, packItem(item));
    this.#note(item, row);
  }

  delete(key: Item): void {
    const place = orderOf(key, this.#table.key);
    const row = this.#order.get(place);
    if (row === undefined) return;
    const item = this.#read(row);
    this.#bytes -= itemBytes(item);
    this.#order.delete(place);
    for (const index of this.#table.indexes) {
      if (isIndexed(this.#table, index, item)) {
        this.#indexes.get(index.name)?.delete(orderOf(item, index.key, place));
      }
    }
    this.#rows.delete(row);
  }

  /** Applies a changed table: fills new indexes and drops deleted ones. */
  adopt(table: TableRecord): void {
    this.#table = table;
    for (const name of this.#indexes.keys()) {
      if (!table.indexes.some((index) => index.name === name)) this.#indexes.delete(name);
    }
    for (const index of table.indexes) {
      if (!this.#indexes.has(index.name)) this.#indexes.set(index.name, this.#fill(index));
    }
  }

  #fill(index: IndexRecord): Order {
    const order = newOrder();
    for (const [place, row] of this.#order.entries()) {
      const item = this.#read(row);
      if (isIndexed(this.#table, index, item)) order.set(orderOf(item, index.key, place), row);
    }
    return order;
  }

  /** Items of the table or of an index, in ascending or descending order. */
  *walk(indexName: string | undefined, range: OrderRange, backward = false): Generator<Item> {
    const order = indexName === undefined ? this.#order : this.#indexes.get(indexName);
    if (order === undefined) return;
    const rows = backward
      ? order.entriesReversed(range.to, undefined, true)
      : order.entries(range.from);
    for (const [place, row] of rows) {
      if (backward ? place < range.from : place >= range.to) return;
      yield this.#read(row);
    }
  }

  /** Deletes all items. */
  drop(): void {
    for (const row of [...this.#order.values()]) this.#rows.delete(row);
    this.#order.clear();
    for (const order of this.#indexes.values()) order.clear();
    this.#bytes = 0;
  }

  #read(row: string): Item {
    const text = this.#rows.get(row);
    if (text === undefined) throw new Error(`the row ${row} is missing`);
    // The store shares its strings, so comparing a string with itself takes no time.
    if (this.#last?.text !== text) this.#last = { text, item: unpackItem(text) };
    return this.#last.item;
  }

  #note(item: Item, row: string): void {
    const place = orderOf(item, this.#table.key);
    this.#order.set(place, row);
    this.#bytes += itemBytes(item);
    for (const index of this.#table.indexes) {
      if (isIndexed(this.#table, index, item)) {
        this.#indexes.get(index.name)?.set(orderOf(item, index.key, place), row);
      }
    }
  }
}

/** Whether an item has all keys of an index. */
export function isIndexed(table: TableRecord, index: IndexRecord, item: Item): boolean {
  return namesOf(index.key).every((name) => item.get(name)?.type === typeOf(table, name));
}

function newOrder(): Order {
  return new BTree<string, string>(undefined, compare);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function rowOf(item: Item, table: TableRecord): string {
  return createHash('sha256').update(orderOf(item, table.key), 'latin1').digest('hex');
}
