import { printable } from './printable.ts';

/** One change could not be kept, for a reason of its own: memory holds what the disk does, and the rest is kept. */
export class StoreError extends Error {
  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`${what} was not stored: ${reason}. Nothing of it was kept.`, options);
    this.name = 'StoreError';
  }
}

/** A record on the disk that cannot be read: left out, or, where it is asked for by itself, the answer. */
export class BrokenRecord extends Error {
  /** `sqs.queues` */
  readonly table: string;
  readonly key: string;

  constructor(table: string, key: string, reason: string, options?: ErrorOptions) {
    super(
      `The record ${printable(key)} in ${table} is damaged: ${reason}. What it describes is missing until it is made again; everything else is unharmed.`,
      options,
    );
    this.name = 'BrokenRecord';
    this.table = table;
    this.key = key;
  }
}

/** The file of the store cannot be used as it is. */
export class StoreUnusable extends Error {
  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(
      `The store ${file} ${problem}. The runtime was not started, and nothing was changed. ` +
        'Put a copy of the state folder in its place, or begin with an empty one: "stepmill reset" deletes it.',
      options,
    );
    this.name = 'StoreUnusable';
  }
}
