import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { UserError } from '../terminal/user-error.ts';

/**
 * Runs the CDK's command line as the person would: with their credentials, and with the terminal, because the
 * CDK asks before it widens permissions. No other process that Stepmill starts has the person's environment.
 *
 * @throws UserError where the CDK failed; it has printed why
 */
export async function runCdk(cdk: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cdk, ...args], { stdio: 'inherit' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (code === 0) return;
  throw new UserError(
    `cdk ${args[0]} ended with ${signal ?? `exit code ${code}`}; no data was uploaded. Its own message stands above.`,
  );
}
