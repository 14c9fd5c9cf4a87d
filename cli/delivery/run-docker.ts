import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { UserError } from '../terminal/user-error.ts';

/**
 * Runs Docker's command line, where images are built: with the environment of the step, whose engine it commands.
 *
 * @throws UserError where it failed; it has printed why
 */
export async function docker(args: readonly string[], input?: string): Promise<void> {
  const child = spawn('docker', args, { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(input);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (code === 0) return;
  throw new UserError(
    `docker ${args[0]} ended with ${signal ?? `exit code ${code}`}; the image was not pushed, and nothing is deployed. Its own message stands above.`,
  );
}
