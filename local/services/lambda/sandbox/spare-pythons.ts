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
import type { SandboxCommand } from './sandbox.ts';

/** What the interpreter reads before a spare one could be told of it. */
const READ_AT_START = /^(?:PYTHON(?!UNBUFFERED|DONTWRITEBYTECODE)|LD_|LC_|PATH$|LANG$)/;

/**
 * Pythons that have started and imported what every function needs, and wait on their input to be
 * told whose they are. Starting one takes longer than many functions may.
 */
export class SparePythons {
  readonly #count: number;
  readonly #spare: ProcessWithInput[] = [];
  #stopped = false;

  readonly #folder: () => TemporaryFolder;

  /** @param folder where they and their temporary files are, made when it is needed */
  constructor(count: number, folder: () => TemporaryFolder) {
    this.#count = count;
    this.#folder = folder;
  }

  /** Sees to it that there are spare ones. */
  prepare(): void {
    while (!this.#stopped && this.#spare.length < this.#count) this.#spare.push(this.#start());
  }

  /**
   * A process that goes on as this command would; undefined where it has to be started anew.
   *
   * @param own what the function's configuration sets in the environment
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
    // Written to after its end it has nobody to tell.
    python.stdin.on('error', () => {});
    // A spare one does not keep the runtime alive.
    python.unref();
    return python;
  }
}
