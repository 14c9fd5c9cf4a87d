import type { Store, Table } from '../../store/index.ts';
import { ResourceNotFoundException } from './errors.ts';
import { TableItems } from './table-items.ts';
import type { TableRecord } from './table-record.ts';
import { unpackItem } from './values/stored-item.ts';

/** A completed transaction with a client request token. */
export interface TokenRecord {
  /** A digest of the request. */
  readonly request: string;
  readonly doneAt: number;
  /** Its answer. */
  readonly answer: string;
}

/** Tables and their items. */
export class DynamoStore {
  readonly tables: Table<TableRecord>;
  readonly tokens: Table<TokenRecord>;
  readonly #rows: Table<string>;
  readonly #items = new Map<string, TableItems>();

  constructor(store: Store) {
    this.tables = store.table<TableRecord>('dynamodb.tables', {
      id: 'string',
      name: 'string',
      createdAt: 'number',
      key: { partition: 'string' },
      attributes: ['list'],
      indexes: [
        {
          name: 'string',
          kind: 'string',
          key: { partition: 'string' },
          projection: 'string',
          included: 'list',
        },
      ],
      billingMode: 'string',
      throughput: { readUnits: 'number', writeUnits: 'number' },
      tableClass: 'string',
      hasTableClass: 'boolean',
      deletionProtection: 'boolean',
      tags: 'object',
    });
    this.tokens = store.table<TokenRecord>('dynamodb.tokens', {
      request: 'string',
      doneAt: 'number',
      answer: 'string',
    });
    this.#rows = store.table<string>('dynamodb.items', itemProblem);
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

/** Finds invalid items, because one of them would break the order of its table. */
function itemProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'it is not a text';
  try {
    unpackItem(value);
    return undefined;
  } catch {
    return 'it is not an item';
  }
}
