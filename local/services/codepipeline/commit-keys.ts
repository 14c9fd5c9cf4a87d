import { createHash } from 'node:crypto';

/**
 * The place of a commit in the bucket of the pipeline's artifacts: there is no connection to a Git server here, so whoever starts the
 * pipeline uploads the files of the commit first, as `stepmill deliver` does.
 */
export function commitKey(repository: string, commit: string): string {
  const digest = createHash('sha256').update(repository).digest('hex').slice(0, 12);
  return `stepmill/sources/${digest}/commits/${commit}.zip`;
}

/** The place of the id of the newest commit of a branch. */
export function branchKey(repository: string, branch: string): string {
  const digest = createHash('sha256').update(`${repository}\n${branch}`).digest('hex').slice(0, 12);
  return `stepmill/sources/branches/${digest}`;
}
