import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from '../../local/index.ts';
import { UserError } from '../terminal/user-error.ts';

/** The files of a commit as a zip file, and what the pipeline says of it. */
export interface Checkout {
  readonly commit: string;
  readonly message: string;
  readonly authorDate: string;
  /** How many files of the working tree git does not know, which are not delivered. */
  readonly untracked: number;
  readonly archive: Buffer;
}

const PATIENCE_MS = 60_000;
/** A larger repository is delivered slowly, and its data belong in S3. */
const MAX_ARCHIVE_BYTES = 512 * 1024 * 1024;

/**
 * Reads a checkout: its last commit, or its working tree with the changes of files that git knows.
 *
 * @throws UserError where this is no checkout, or it is too large
 */
export function readCheckout(checkout: string, isWorkingTree: boolean): Checkout {
  const git = (...args: string[]) => runGit(['-C', checkout, ...args]);
  const commit = (isWorkingTree ? git('stash', 'create') : '') || git('rev-parse', 'HEAD');
  const folder = mkdtempSync(join(tmpdir(), 'stepmill-deliver-'));
  try {
    const file = join(folder, 'source.zip');
    git('archive', '--format=zip', '--output', file, commit);
    const { size } = statSync(file);
    if (size > MAX_ARCHIVE_BYTES) {
      throw new UserError(
        `The files of ${commit} have ${size} bytes as a zip, more than the ${MAX_ARCHIVE_BYTES} that are delivered. Nothing was started.`,
      );
    }
    return {
      commit,
      message: git('log', '-1', '--format=%s', commit),
      authorDate: git('log', '-1', '--format=%aI', commit),
      untracked: git('ls-files', '--others', '--exclude-standard').split('\n').filter(Boolean)
        .length,
      archive: readFileSync(file),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @throws UserError with what git says */
function runGit(args: readonly string[]): string {
  const { errors, output, status } = runToEnd('git', args, PATIENCE_MS);
  if (status === 0) return output.trim();
  const [reason = 'git failed'] = errors.trim().split('\n');
  throw new UserError(
    `This folder cannot be delivered: ${reason}. Nothing was started. Run the command in a checkout with at least one commit.`,
  );
}
