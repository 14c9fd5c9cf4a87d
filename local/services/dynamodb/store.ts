import type { Store, Table } from '../../store/index.ts';
import { ResourceNotFoundException } from './errors.ts';
import { TableItems } from './table-items.ts';
import type { TableRecord } from './table-record.ts';

/** A transaction that was carried out under a client's token. */
export interface TokenRecord {
  /** A digest of the request. */
  readonly request: string;
  readonly doneAt: number;
  /** What it answered. */
  readonly answer: string;
}

/** Tables and their items. */
export class DynamoStore {
  readonly tables: Table<TableRecord>;
  readonly tokens: Table<TokenRecord>;
  readonly #rows: Table<string>;
  readonly #items = new Map<string, TableItems>();

  constructor(store: Store) {
    this.tables = store.table<TableRecord>('dynamodb.tables');
    this.tokens = store.table<TokenRecord>('dynamodb.tokens');
    this.#rows = store.table<string>('dynamodb.items');
  }

  /** @throws ResourceNotFoundException */
  table(name: string): TableRecord {
    const table = this.tables.get(name);
    if (table === undefined) throw new ResourceNotFoundException();
    return table;
  }

  items(table: TableRecord): TableItems {
    let items = this.#items.get(table.id);
    if (items === undefined) {
      items = new TableItems(table, this.#rows);
      this.#items.set(table.id, items);
    }
    return items;
  }

  save(table: TableRecord): void {
    this.tables.put(table.name, table);
    this.items(table).adopt(table);
  }

  delete(table: TableRecord): void {
    this.items(table).drop();
    this.#items.delete(table.id);
    this.tables.delete(table.name);
  }
}
