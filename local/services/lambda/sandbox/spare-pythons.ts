import { join } from 'node:path';
import {
  type ProcessWithInput,
  processEnvironment,
  signalGroup,
  startProcess,
  type TemporaryFolder,
} from '../../../processes/index.ts';
import { bootstrapFolder } from './bootstrap-folder.ts';
import { letRuntimeGoFirst } from './priority.ts';
import type { SandboxCommand } from './sandbox-process.ts';

/** Variables that the interpreter reads at its start, before a spare process receives them. */
const READ_AT_START = /^(?:PYTHON(?!UNBUFFERED|DONTWRITEBYTECODE)|LD_|LC_|PATH$|LANG$)/;

/**
 * Python processes that have imported what every function needs, and wait for the settings of a function on
 * their input. Starting one takes longer than the timeout of many functions.
 */
export class SparePythons {
  readonly #count: number;
  readonly #spare: ProcessWithInput[] = [];
  #stopped = false;

  readonly #folder: () => TemporaryFolder;

  /** @param folder for the processes and their temporary files; created when it is needed */
  constructor(count: number, folder: () => TemporaryFolder) {
    this.#count = count;
    this.#folder = folder;
  }

  /** Starts spare processes until there are enough. */
  prepare(): void {
    while (!this.#stopped && this.#spare.length < this.#count) this.#spare.push(this.#start());
  }

  /**
   * A spare process that continues as this command; undefined if the command needs a new process.
   *
   * @param own the environment variables of the function's configuration
   */
  take(
    command: SandboxCommand,
    own: Readonly<Record<string, string>>,
  ): ProcessWithInput | undefined {
    if (Object.keys(own).some((name) => READ_AT_START.test(name))) return undefined;
    const python = this.#spare.shift();
    this.prepare();
    if (python === undefined) return undefined;
    python.ref();
    python.stdin.end(JSON.stringify({ environment: command.environment, folder: command.folder }));
    return python;
  }

  stop(): void {
    this.#stopped = true;
    for (const python of this.#spare.splice(0)) signalGroup(python.pid, 'SIGKILL');
  }

  #start(): ProcessWithInput {
    const folder = this.#folder();
    const program = join(bootstrapFolder(), 'python.py');
    const python = startProcess('python3', ['-u', program, '--spare'], {
      folder: folder.folder('tmp'),
      input: true,
      environment: processEnvironment({
        home: folder.folder('home'),
        temporary: folder.folder('tmp'),
        own: { LANG: 'en_US.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
      }),
    });
    letRuntimeGoFirst(python);
    const forget = () => {
      const position = this.#spare.indexOf(python);
      if (position >= 0) this.#spare.splice(position, 1);
    };
    python.on('error', forget);
    python.on('exit', forget);
    // The process may have ended; errors of its input have no effect.
    python.stdin.on('error', () => {});
    // A spare process does not keep the runtime alive.
    python.unref();
    return python;
  }
}
