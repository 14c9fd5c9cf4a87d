import {
  DiskFullError,
  InvalidTemplate,
  PortInUse,
  ProvisioningFailed,
  PythonEnvironmentError,
  StateFolderInUse,
  StateFolderUnusable,
  StoreUnusable,
  UnknownParameter,
  UnreadableAssembly,
  visibleLine,
} from '../../local/index.ts';
import { ModelError, Refusal } from '../../operations/index.ts';
import { withoutLocalLinks } from './console-links.ts';
import { red } from './terminal.ts';
import { UserError } from './user-error.ts';

/** An error in words: without a stack where the person can fix it, with one where we must. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return `${red('Error')} ${String(error)}`;
  if (explainThemselves.some((kind) => error instanceof kind)) {
    return `${red('Error')} ${error.message}`;
  }
  // The SDK marks what the network refused like the answer of a service, so this comes first.
  const hint = hintFor(error);
  if (hint !== undefined) return `${red('Error')} ${hint}`;
  if (isServiceAnswer(error))
    return `${red('Error')} ${withoutLocalLinks(visibleLine(error.message))}`;
  return `${red('Error')} ${error.stack ?? error.message}`;
}

/** Their messages say what happened, what did not because of it, and what to do. */
const explainThemselves = [
  DiskFullError,
  InvalidTemplate,
  ModelError,
  PortInUse,
  ProvisioningFailed,
  PythonEnvironmentError,
  Refusal,
  StateFolderInUse,
  StateFolderUnusable,
  StoreUnusable,
  UnknownParameter,
  UnreadableAssembly,
  UserError,
] as const;

function hintFor(error: Error): string | undefined {
  if (error.name === 'CredentialsProviderError') {
    return `${error.message}; nothing was done. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  const { code, path = '', message } = systemErrorOf(error);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EPIPE':
      return `Nothing answers (${message}), so the command ends here. Start the runtime with "npm start", or name where it runs with --endpoint. What a runtime was doing when it ended continues at its next start.`;
    case 'ENOSPC':
      return 'The disk is full, so the last change was not made. Free some space and try again; "stepmill reset" deletes the local state.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EEXIST':
    case 'ENOTDIR':
      return `${path === '' ? 'A file' : path} could not be used (${message}), so the command ended here. Choose another place, or change the permissions.`;
    default:
      return undefined;
  }
}

/** What the system said, also where a client wrapped it, or tried several addresses. */
function systemErrorOf(error: Error): NodeJS.ErrnoException {
  const { code, cause } = error as NodeJS.ErrnoException;
  if (code !== undefined) return error;
  const inner = error instanceof AggregateError ? error.errors[0] : cause;
  return inner instanceof Error ? systemErrorOf(inner) : error;
}

/** An AWS service refused: its own message says what and why. */
function isServiceAnswer(error: Error): boolean {
  return '$metadata' in error;
}
