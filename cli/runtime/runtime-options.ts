import { type Command, InvalidArgumentError, Option } from 'commander';
import { CONTAINER_MODES, type ContainerMode } from '../../local/index.ts';
import { withContextSettings } from './context-settings.ts';

/** Where a runtime answers by default. */
export const DEFAULT_PORT = 4566;

/** The options of the commands that start a runtime. */
export interface RuntimeCommandOptions {
  readonly port: number;
  readonly consolePort?: number;
  readonly speed: number;
  readonly state: string;
  readonly containers: ContainerMode;
  /** `name=value`, as `cdk synth -c` takes it. */
  readonly context: readonly string[];
  /** Open the first distribution in a browser. */
  readonly open?: boolean;
}

export function withRuntimeOptions(
  command: Command,
  defaults: Pick<RuntimeCommandOptions, 'speed' | 'state'>,
): Command {
  return withContextSettings(command)
    .option('--port <number>', 'the port on 127.0.0.1; 0 takes a free one', parsePort, DEFAULT_PORT)
    .option(
      '--console-port <number>',
      'the port of the first distribution; 0 takes a free one (default: the next after --port if it is free)',
      parsePort,
    )
    .option(
      '--speed <factor>',
      'how many seconds of waiting pass in one; real work takes as long as it takes',
      parseSpeed,
      defaults.speed,
    )
    .option('--state <folder>', 'where state is kept', defaults.state)
    .addOption(
      new Option(
        '--containers <mode>',
        'how containers of images run: as processes, with a container engine (experimental), or with an engine only where a Dockerfile needs one',
      )
        .choices(CONTAINER_MODES)
        .default('auto'),
    )
    .option('--open', 'open the first distribution in a browser: the console');
}

const HIGHEST_PORT = 65_535;

/** @throws InvalidArgumentError */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT) return port;
  throw new InvalidArgumentError(`a port is a whole number from 0 to ${HIGHEST_PORT}.`);
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new InvalidArgumentError('a speed is a number above 0, for example 60.');
}
