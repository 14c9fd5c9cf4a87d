import type { Problem } from '../../events/index.ts';
import { ProblemList } from './problem-list.ts';

/**
 * The dataset is not what the project says. The uploader corrects it; the workflow has not failed.
 * Neither the message nor `problems` holds a value of the dataset.
 */
export class DatasetRejected extends Error {
  readonly findings: ProblemList;

  constructor(reason: string, findings: ProblemList = new ProblemList()) {
    super(reason);
    this.name = 'DatasetRejected';
    this.findings = findings;
  }

  /** Places and rules, for histories, logs and mails. */
  get problems(): readonly Problem[] {
    return this.findings.list();
  }

  /** The same with the values, for the quarantine record only. */
  get quoted(): readonly Problem[] {
    return this.findings.quote();
  }
}
