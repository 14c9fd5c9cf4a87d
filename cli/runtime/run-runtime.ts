import { join } from 'node:path';
import {
  type ContainerMode,
  createLogger,
  type PythonEnvironment,
  preparePythonEnvironment,
  type Runtime,
  startRuntime,
  visibleLine,
} from '../../local/index.ts';
import { bold, dim, type Terminal, yellow } from '../terminal/terminal.ts';
import type { NamedAccount } from './accounts.ts';
import { groupNotes } from './group-notes.ts';

export interface RunOptions {
  readonly port: number;
  readonly consolePort?: number;
  readonly speed: number;
  readonly state: string;
  /** How containers of images run. */
  readonly containers: ContainerMode;
  /** Where Python environments are kept. */
  readonly pythonFolder: string;
  /** The cloud assembly to provision. */
  readonly assembly: string;
  /** Values of parameters of the app's templates. @default none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Accounts besides those of the app's stacks. @default none */
  readonly accounts?: readonly NamedAccount[];
  readonly ephemeral?: boolean;
  readonly throttle?: boolean;
  readonly signIn?: boolean;
  /** Ends the start when it is aborted. */
  readonly signal: AbortSignal;
  /** Print the runtime's own log. @default false */
  readonly verbose?: boolean;
}

/** The folder that runs share for their Python environments. */
export const SHARED_PYTHON_FOLDER = join('.stepmill', 'python');

/** Makes sure that jobs have a Python to run in, showing what is being done. */
export function preparePython(
  folder: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<PythonEnvironment> {
  return terminal.during('Prepare the Python environment', async (update) => {
    const environment = await preparePythonEnvironment({
      folder,
      onProgress: ({ message }) => update(message),
      signal,
    });
    for (const warning of environment.warnings)
      terminal.note(`${yellow('!')} ${visibleLine(warning)}`);
    return environment;
  });
}

/** Starts the runtime with the app in it, showing what is being provisioned. */
export function runRuntime(options: RunOptions, terminal: Terminal): Promise<Runtime> {
  return terminal.during('Start AWS on this machine', (update) =>
    startRuntime({
      port: options.port,
      ...(options.consolePort !== undefined && { consolePort: options.consolePort }),
      speed: options.speed,
      stateFolder: options.state,
      pythonFolder: options.pythonFolder,
      containers: options.containers,
      assembly: options.assembly,
      parameters: options.parameters ?? {},
      accounts: options.accounts ?? [],
      ephemeral: options.ephemeral ?? false,
      throttle: options.throttle ?? false,
      signIn: options.signIn ?? false,
      signal: options.signal,
      logger: createLogger(options.verbose === true ? 'debug' : 'warn'),
      onResource: ({ position, total, logicalId, note }) =>
        update(
          `Provision ${position}/${total} ${logicalId}${note === undefined ? '' : ` (${note})`}`,
        ),
    }),
  );
}

/** Prints the provisioned resources and the properties that have no effect locally. */
export function reportRuntime(runtime: Runtime, terminal: Terminal): void {
  for (const stack of runtime.provisioned?.stacks ?? []) {
    const { stackName, created, updated, removed, unchanged } = stack;
    terminal.note(
      `  ${bold(stackName)} ${dim(`${created} created, ${updated} changed, ${removed} removed, ${unchanged} unchanged`)}`,
    );
    for (const line of groupNotes(stack.notEmulated))
      terminal.note(`  ${yellow('!')} ${dim(visibleLine(line))}`);
  }
}
