import { closeSync, fstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { SharedTime } from '../host/shared-time.ts';
import { openContainerFile } from '../jobs/index.ts';
import {
  endMarkedProcesses,
  endWithSignal,
  type ProcessEnvironment,
  type ProcessWithoutInput,
  signalGroup,
  startReportingProcess,
} from '../processes/index.ts';

/** More than a process can be given: Linux takes 2 MB by default. */
const MAX_VARIABLES_BYTES = 8 * 1024 * 1024;

/** Its value is a folder of one build, and so tells the processes of that build. */
export const SOURCE_FOLDER_VARIABLE = 'CODEBUILD_SRC_DIR';

export interface BuildShellOptions {
  /** `bash`, or `/bin/sh`. */
  readonly program: string;
  readonly environment: ProcessEnvironment;
  /** Where the first command runs. */
  readonly folder: string;
  /** A private folder for the commands as files. */
  readonly driverFolder: string;
  /** Standard output and standard error, in the order in which they were written. */
  readonly onOutput: (chunk: Buffer) => void;
  /** Kills the shell and all its children. */
  readonly signal: AbortSignal;
}

/**
 * Runs the commands in the order in which their files are named, and answers with the status of each. A command that
 * ends the shell leaves its exported variables and its folder for the next shell. Scripts often use descriptor 3, and
 * no POSIX shell needs to have more than nine.
 */
const DRIVER = `
exec 2>&1 9<&3 3<&-
trap 'export -p >"$0.saved"; pwd >"$0.folder"' EXIT
if [ -f "$0.saved" ]; then . "$0.saved"; cd "$(cat "$0.folder")"; fi
while IFS= read -r STEPMILL_COMMAND_FILE <&9; do
  . "$STEPMILL_COMMAND_FILE"
  STEPMILL_STATUS=$?
  printf '\\036%s\\036' "$STEPMILL_COMMAND_FILE"
  printf '\\036%s %s\\036\\n' "$STEPMILL_COMMAND_FILE" "$STEPMILL_STATUS" >&9
done
`;

/** How long to wait for output that was written before the status of its command, in real time. */
const OUTPUT_PATIENCE_MS = 200;

const LONGEST_ANSWER_CHARACTERS = 8_192;

/** The status of a shell that was killed: 128 and SIGKILL's number. */
const KILLED = 137;

/**
 * One shell that runs all commands of a build, so that they share variables, functions and the folder.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html (version 0.2)
 */
export class BuildShell {
  readonly #options: BuildShellOptions;
  readonly #driver: string;
  #shell: RunningShell | undefined;
  #count = 0;

  constructor(options: BuildShellOptions) {
    this.#options = options;
    this.#driver = join(options.driverFolder, 'driver');
    writeFileSync(this.#driver, DRIVER, { mode: 0o600 });
  }

  /** Runs a command, and returns its exit status. */
  async run(command: string): Promise<number> {
    if (this.#options.signal.aborted) return KILLED;
    this.#count += 1;
    const file = join(this.#options.driverFolder, `command-${this.#count}`);
    writeFileSync(file, `${command}\n`, { mode: 0o600 });
    this.#shell ??= new RunningShell(this.#options, this.#driver);
    const { status, isOver } = await this.#shell.run(file);
    if (isOver) this.#shell = undefined;
    return status;
  }

  /** Sets an exported variable of the commands that follow. */
  async set(name: string, value: string): Promise<void> {
    await this.run(`export ${name}='${value.replaceAll("'", `'\\''`)}'`);
  }

  /** The exported variables at this moment; none if a command has put something else in the place of their file. */
  async exportedVariables(): Promise<readonly (readonly [name: string, value: string])[]> {
    const { driverFolder } = this.#options;
    const file = join(driverFolder, 'variables');
    await this.run(`env -0 >'${file}'`);
    const descriptor = openContainerFile(driverFolder, file);
    if (descriptor === undefined) return [];
    try {
      if (fstatSync(descriptor).size > MAX_VARIABLES_BYTES) return [];
      const lines = readFileSync(descriptor, 'utf8').split('\0');
      return lines.map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)] as const;
      });
    } finally {
      closeSync(descriptor);
    }
  }

  /** Ends the shell and what it, or an earlier attempt at this build, has left running. */
  end(): void {
    this.#shell?.end();
    this.#shell = undefined;
    const folder = this.#options.environment[SOURCE_FOLDER_VARIABLE];
    if (folder !== undefined) endMarkedProcesses(SOURCE_FOLDER_VARIABLE, folder);
  }
}

interface CommandEnd {
  readonly status: number;
  /** The command has ended the shell. */
  readonly isOver: boolean;
}

class RunningShell {
  readonly #child: ProcessWithoutInput;
  readonly #commands: Duplex;
  readonly #onOutput: (chunk: Buffer) => void;
  readonly #exited: Promise<CommandEnd>;
  #pending = Buffer.alloc(0);
  #marker = Buffer.alloc(0);
  #onMarker = () => {};
  #onStatus: (text: string) => void = () => {};
  readonly #time = new SharedTime();

  constructor(
    { environment, folder, onOutput, program, signal }: BuildShellOptions,
    driver: string,
  ) {
    const { child, report } = startReportingProcess(program, [driver], { environment, folder });
    this.#child = child;
    // Node.js makes further pipes of sockets, which work in both directions.
    this.#commands = report as unknown as Duplex;
    this.#onOutput = onOutput;
    endWithSignal(child, signal);
    child.stdout.on('data', (chunk: Buffer) => {
      this.#take(chunk);
      this.#haveTurn();
    });
    child.stderr.on('data', onOutput);
    this.#commands.on('data', (chunk: Buffer) => this.#onStatus(chunk.toString()));
    this.#commands.on('error', () => {});
    this.#exited = new Promise((resolve) => {
      child.once('error', () => resolve({ status: 127, isOver: true }));
      child.once('exit', (code) => resolve({ status: code ?? KILLED, isOver: true }));
    });
  }

  async run(file: string): Promise<CommandEnd> {
    this.#marker = Buffer.from(`\u001e${file}\u001e`);
    const marked = new Promise<void>((resolve) => {
      this.#onMarker = resolve;
    });
    const status = new Promise<CommandEnd>((resolve) => {
      let answer = '';
      this.#onStatus = (text) => {
        // A command may write there, too.
        answer = `${answer}${text}`.slice(-LONGEST_ANSWER_CHARACTERS);
        const [, value] = answer.split(`\u001e${file} `);
        const [digits = '', end] = value?.split('\u001e') ?? [];
        if (end !== undefined) resolve({ status: Number(digits), isOver: false });
      };
    });
    this.#commands.write(`${file}\n`);
    const end = await Promise.race([status, this.#exited]);
    const written = end.isOver ? this.#closed() : marked;
    await Promise.race([written, patience()]);
    this.#flush();
    return end;
  }

  end(): void {
    signalGroup(this.#child.pid, 'SIGKILL');
  }

  #closed(): Promise<void> {
    const { stdout } = this.#child;
    return stdout.readableEnded
      ? Promise.resolve()
      : new Promise((resolve) => stdout.once('end', () => resolve()));
  }

  /** Passes output on without the marker at the end of a command, which may arrive in pieces. */
  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const at = this.#pending.indexOf(this.#marker);
    if (this.#marker.length > 0 && at >= 0) {
      this.#emit(this.#pending.subarray(0, at));
      this.#pending = this.#pending.subarray(at + this.#marker.length);
      this.#marker = Buffer.alloc(0);
      this.#onMarker();
    }
    const start = this.#pending.lastIndexOf('\u001e');
    const isPart = start >= 0 && this.#pending.length - start < this.#marker.length;
    const end = isPart ? start : this.#pending.length;
    this.#emit(this.#pending.subarray(0, end));
    this.#pending = this.#pending.subarray(end);
  }

  /** Output of short lines takes longer than others may wait. */
  #haveTurn(): void {
    const { stdout } = this.#child;
    if (!this.#time.isUsedUp) return;
    stdout.pause();
    void this.#time.share().then(() => stdout.resume());
  }

  #flush(): void {
    this.#emit(this.#pending);
    this.#pending = Buffer.alloc(0);
  }

  #emit(chunk: Buffer): void {
    if (chunk.length > 0) this.#onOutput(chunk);
  }
}

function patience(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, OUTPUT_PATIENCE_MS).unref();
  });
}
