import { endEveryProcess } from '../../local/processes/index.ts';

/** The person, or the system, asked the command to end. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`${signal} ended the command.`);
    this.name = 'Interrupted';
    this.exitCode = 128 + (NUMBERS[signal] ?? 0);
  }
}

const NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGTERM: 15,
};

/** The state survives a kill, so what still runs then is killed. */
const LONGEST_END_MS = 4_000;

/** What a command that takes long knows of Ctrl-C. */
export interface Interruption {
  /** Aborted with `Interrupted` at the first signal. */
  readonly signal: AbortSignal;
  /** Resolves then. */
  readonly asked: Promise<void>;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP from now on. After the first one the command has four seconds to
 * end in order; a second one, or the end of that time, kills every process it started and ends it.
 */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const hear = (signal: NodeJS.Signals) => {
    const reason = new Interrupted(signal);
    if (controller.signal.aborted) return endAtOnce(reason);
    controller.abort(reason);
    setTimeout(() => endAtOnce(reason), LONGEST_END_MS).unref();
  };
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, hear);
  const asked = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return { signal: controller.signal, asked };
}

function endAtOnce({ exitCode }: Interrupted): never {
  endEveryProcess();
  process.exit(exitCode);
}

/** Does some work, unless the command is interrupted: then it rejects at once, and the work is left behind. */
export async function unlessInterrupted<Result>(
  { asked, signal }: Interruption,
  work: Promise<Result>,
): Promise<Result> {
  const interrupted = asked.then((): never => {
    throw signal.reason;
  });
  return Promise.race([work, interrupted]);
}
