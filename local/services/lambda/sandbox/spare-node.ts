import {
  type ProcessWithoutInput,
  processEnvironment,
  signalGroup,
  startWaitingProcess,
  type WaitingProcess,
} from '../../../processes/index.ts';
import { letRuntimeGoFirst } from './priority.ts';
import type { SandboxCommand } from './sandbox-process.ts';

/** Variables that Node.js and its libraries read at their start, before a spare process receives those of a function. */
const READ_AT_START =
  /^(?:(?:NODE_|UV_|SSL_|OPENSSL_|ICU_|LC_|LD_|MALLOC_|GLIBC_).*|LANG|LANGUAGE|PATH|HOME|TZ)$/;

const REFILL_AFTER_MS = 1_000;

interface Spare extends WaitingProcess {
  readonly command: SandboxCommand;
  readonly key: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * At most one Node.js process that has loaded its runtime and waits for the settings of a function. Starting Node.js
 * takes longer than loading a small function. The size of its heap is decided at the start, so it is started like the
 * process of the function that was changed last, or else of the one that was started last.
 */
export class SpareNode {
  readonly #lifetimeMs: number;
  #last: SandboxCommand | undefined;
  #spare: Spare | undefined;
  #isExpected = false;
  #stopped = false;

  /** @param lifetimeMs the real time after which an unused process ends */
  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  /** A change is expected: starts the spare process, unless there is one or no function has been started yet. */
  prepare(): void {
    this.#isExpected = true;
    const like = this.#spare?.command ?? this.#last;
    if (like !== undefined) this.#replace(like);
  }

  /**
   * The function that was started last has changed: starts a process for its next change when it has most likely
   * answered, unless no change was expected before this one.
   */
  refillSoon(): void {
    const like = this.#last;
    if (like === undefined || !this.#isExpected) return;
    setTimeout(() => this.#replace(like), REFILL_AFTER_MS).unref();
  }

  #replace(like: SandboxCommand): void {
    if (this.#stopped) return;
    if (this.#spare?.key === keyOf(like)) {
      this.#spare.timer.refresh();
      return;
    }
    this.#end();
    this.#spare = this.#start(like);
  }

  /** The spare process, which continues as this command; undefined if the command needs a new process. */
  take(command: SandboxCommand): ProcessWithoutInput | undefined {
    this.#last = command;
    const spare = this.#spare;
    if (spare?.key !== keyOf(command)) return undefined;
    this.#spare = undefined;
    clearTimeout(spare.timer);
    spare.child.ref();
    spare.settings.end(
      JSON.stringify({ environment: command.environment, folder: command.folder }),
    );
    return spare.child;
  }

  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  #end(): void {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare === undefined) return;
    clearTimeout(spare.timer);
    signalGroup(spare.child.pid, 'SIGKILL');
  }

  #start(command: SandboxCommand): Spare {
    const waiting = startWaitingProcess(command.command, [...command.args, '--spare'], {
      environment: processEnvironment({
        home: command.environment['HOME'] ?? '',
        own: readAtStart(command),
      }),
    });
    const { child, settings } = waiting;
    letRuntimeGoFirst(child);
    const forget = () => {
      if (this.#spare?.child === child) this.#end();
    };
    child.on('error', forget);
    child.on('exit', forget);
    // The process may have ended; errors of its input have no effect.
    settings.on('error', () => {});
    // A spare process does not keep the runtime alive.
    child.unref();
    const timer = setTimeout(forget, this.#lifetimeMs);
    timer.unref();
    return { ...waiting, command, key: keyOf(command), timer };
  }
}

function readAtStart({ environment }: SandboxCommand): Readonly<Record<string, string>> {
  const found = Object.entries(environment).filter(([name]) => READ_AT_START.test(name));
  return Object.fromEntries(found.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What two processes have in common that can be the same. */
function keyOf(command: SandboxCommand): string {
  return JSON.stringify([command.command, command.args, readAtStart(command)]);
}
