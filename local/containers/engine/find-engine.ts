import { runProgram } from '../../jobs/interpreter.ts';
import { engineEnvironment } from './engine-environment.ts';

/** The programs that are tried, in this order; all of them take Docker's arguments. */
const ENGINES = ['docker', 'podman', 'finch', 'nerdctl'] as const;

export type EngineName = (typeof ENGINES)[number];

/** A container engine that answers. */
export interface Engine {
  readonly name: EngineName;
  /** What `version` printed in its first line, for the user. */
  readonly version: string;
}

/** A daemon that does not answer by then is not used: start-up waits for this. */
const PATIENCE_MS = 3_000;

/** The first container engine that answers; undefined if none does. */
export async function findEngine(
  programs: readonly EngineName[] = ENGINES,
): Promise<Engine | undefined> {
  for (const name of programs) {
    const { code, output } = await runProgram(name, ['version'], {
      ...engineEnvironment(),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (code === 0) return { name, version: output.trim().split('\n')[0] ?? '' };
  }
  return undefined;
}
