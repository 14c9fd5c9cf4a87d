import type { Problem } from '../../events/index.ts';

/** The dataset is not what the project says: the uploader's to mend, no failure of the workflow. */
export class DatasetRejected extends Error {
  readonly problems: readonly Problem[];

  constructor(reason: string, problems: readonly Problem[] = []) {
    super(reason);
    this.name = 'DatasetRejected';
    this.problems = problems;
  }
}
