import type { Problem } from '../../events/index.ts';

interface Rejection {
  /** Places and rules, for histories, logs and mails. */
  readonly problems: readonly Problem[];
  /** The same with the values, for the quarantine record only. */
  readonly quoted: readonly Problem[];
}

/**
 * The dataset is not what the project says: the uploader's to correct, no failure of the workflow.
 * Neither the message nor `problems` holds a value of the dataset.
 */
export class DatasetRejected extends Error {
  readonly problems: readonly Problem[];
  readonly quoted: readonly Problem[];

  constructor(reason: string, { problems, quoted }: Rejection = { problems: [], quoted: [] }) {
    super(reason);
    this.name = 'DatasetRejected';
    this.problems = problems;
    this.quoted = quoted;
  }
}
