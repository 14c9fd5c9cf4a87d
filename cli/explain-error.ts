import {
  DiskFullError,
  PortInUse,
  ProvisioningFailed,
  PythonEnvironmentError,
  StateFolderInUse,
  UnreadableAssembly,
} from '../local/index.ts';
import { red } from './terminal.ts';
import { UserError } from './user-error.ts';

/** An error in words: without a stack where the person can mend it, with one where we must. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return `${red('Error')} ${String(error)}`;
  if (explainThemselves.some((kind) => error instanceof kind) || isServiceAnswer(error)) {
    return `${red('Error')} ${error.message}`;
  }
  const hint = hintFor(error);
  if (hint !== undefined) return `${red('Error')} ${hint}`;
  return `${red('Error')} ${error.stack ?? error.message}`;
}

/** Their messages say what happened, what did not because of it, and what to do. */
const explainThemselves = [
  DiskFullError,
  PortInUse,
  ProvisioningFailed,
  PythonEnvironmentError,
  StateFolderInUse,
  UnreadableAssembly,
  UserError,
] as const;

function hintFor(error: Error): string | undefined {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return 'Nothing answers at the endpoint, so nothing was done. Start the runtime with "npm start" (or name another with --endpoint).';
    case 'ENOSPC':
      return 'The disk is full, so the last change was not made. Free some space and try again; "stepmill reset" deletes the local state.';
    default:
      return undefined;
  }
}

/** An AWS service refused: its own message says what and why. */
function isServiceAnswer(error: Error): boolean {
  return '$metadata' in error;
}
