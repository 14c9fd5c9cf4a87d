import { setTimeout as delay } from 'node:timers/promises';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where commands of a local build say that they only wait: `local/services/codebuild/run/build-waits.ts`. */
function waitsOf(environment: Environment): string | undefined {
  return environment['STEPMILL_WAITS'];
}

/** Whether this step runs in a build of a local runtime, and not on AWS or GitHub. */
export function isLocalBuild(environment: Environment = process.env): boolean {
  return waitsOf(environment) !== undefined;
}

/** The longest wait of one request to a local runtime. */
const LONGEST_MS = 60_000;

/**
 * Waits in a step that only watches. In a build of a local runtime, the time is that of the runtime's clock, which
 * `--speed` makes faster.
 *
 * @param durationMs on AWS, of real time
 */
export async function pauseStep(
  durationMs: number,
  environment: Environment = process.env,
): Promise<void> {
  const waits = waitsOf(environment);
  if (waits === undefined) {
    await delay(durationMs);
    return;
  }
  for (let left = durationMs; left > 0; left -= LONGEST_MS) {
    const seconds = Math.ceil(Math.min(left, LONGEST_MS) / 1_000);
    const { ok, status } = await fetch(`${waits}/${seconds}`, { method: 'POST' });
    if (!ok) throw new Error(`The runtime did not wait: ${waits} answered ${status}.`);
  }
}
