import { printable } from './printable.ts';

/** One change could not be stored and was undone; other changes are not affected. */
export class StoreError extends Error {
  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`${what} was not stored: ${reason}. Nothing of it was kept.`, options);
    this.name = 'StoreError';
  }
}

/** A record on the disk that cannot be read. Listings skip it; reading the record itself throws this error. */
export class BrokenRecord extends Error {
  /** `sqs.queues` */
  readonly table: string;
  readonly key: string;

  constructor(table: string, key: string, reason: string, options?: ErrorOptions) {
    super(
      `The record ${printable(key)} in ${table} is damaged: ${reason}. The resource that it describes is missing until it is created again; nothing else is affected.`,
      options,
    );
    this.name = 'BrokenRecord';
    this.table = table;
    this.key = key;
  }
}

/** The file of the store cannot be used. */
export class StoreUnusable extends Error {
  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(
      `The store ${file} ${problem}. The runtime was not started, and nothing was changed. ` +
        'Restore a copy of the state folder, or start with an empty one: "stepmill reset" deletes it.',
      options,
    );
    this.name = 'StoreUnusable';
  }
}
