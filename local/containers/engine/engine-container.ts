import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { runProgram } from '../../jobs/interpreter.ts';
import {
  type AwsAccess,
  NO_HOME,
  type ProcessWithoutInput,
  processEnvironment,
  startProcess,
} from '../../processes/index.ts';
import type { ContainerExit, ContainerMount } from '../recipe/index.ts';
import { engineEnvironment } from './engine-environment.ts';
import type { EngineImage } from './engine-image.ts';

export interface EngineContainerOptions {
  readonly image: EngineImage;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  readonly mounts?: readonly ContainerMount[];
  readonly aws?: AwsAccess;
  readonly memoryBytes?: number;
  onOutput(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
}

/** Docker's own. https://docs.docker.com/reference/cli/docker/container/stop/ */
const DEFAULT_STOP_SECONDS = 10;
const NOT_STARTED: ContainerExit = { code: 127, signal: undefined };
const SIGNALLED = 128;

/**
 * A container of an engine. The client stays attached to it and passes its output on; the container shares the network
 * of the machine, so that it reaches the runtime's gateway.
 */
export class EngineContainer {
  readonly #engine: string;
  readonly #name: string;
  readonly #client: ProcessWithoutInput;
  /** The engine's client does not say when the command has started; it ends where it cannot. */
  readonly started: Promise<undefined> = Promise.resolve(undefined);
  readonly exited: Promise<ContainerExit>;

  constructor(options: EngineContainerOptions) {
    const { image } = options;
    this.#engine = image.engine.name;
    this.#name = `stepmill-${randomUUID()}`;
    const variables = variablesOf(options);
    this.#client = startProcess(
      this.#engine,
      argumentsOf(options, this.#name, Object.keys(variables)),
      {
        environment: withVariables(variables),
      },
    );
    this.#client.stdout.on('data', (chunk: Buffer) => options.onOutput(chunk, 'stdout'));
    this.#client.stderr.on('data', (chunk: Buffer) => options.onOutput(chunk, 'stderr'));
    this.exited = new Promise((resolve) => {
      this.#client.once('error', () => resolve(NOT_STARTED));
      this.#client.once('close', (code) => resolve(exitOf(code)));
    });
  }

  get pid(): number | undefined {
    return this.#client.pid;
  }

  kill(signal: NodeJS.Signals): void {
    void this.#ask('kill', `--signal=${signal}`, this.#name);
  }

  /** The engine sends the image's stop signal, and SIGKILL after the timeout. */
  async stop(timeoutSeconds = DEFAULT_STOP_SECONDS): Promise<ContainerExit> {
    await this.#ask('stop', `--time=${Math.ceil(timeoutSeconds)}`, this.#name);
    return this.exited;
  }

  /** Runs another command in the container; it is left behind after the timeout. */
  async execute(command: readonly string[], timeoutMs: number): Promise<ContainerExit> {
    const signal = AbortSignal.timeout(timeoutMs);
    const { code } = await this.#ask('exec', this.#name, ...command, { signal });
    return code === undefined
      ? { code: SIGNALLED + constants.signals.SIGKILL, signal: 'SIGKILL' }
      : { code, signal: undefined };
  }

  #ask(...given: readonly (string | { readonly signal: AbortSignal })[]) {
    const args = given.filter((one) => typeof one === 'string');
    const options = given.find((one) => typeof one !== 'string');
    return runProgram(this.#engine, args, { ...engineEnvironment(), ...options });
  }
}

/** Values are not in the arguments, which every process of the machine can read. */
function argumentsOf(
  options: EngineContainerOptions,
  name: string,
  variables: readonly string[],
): readonly string[] {
  const { command, entrypoint, image, memoryBytes, mounts = [], workingFolder } = options;
  const [program, ...rest] = entrypoint ?? [];
  return [
    'run',
    '--rm',
    '--network=host',
    `--name=${name}`,
    ...(memoryBytes === undefined ? [] : [`--memory=${memoryBytes}b`]),
    ...variables.map((variable) => `--env=${variable}`),
    ...mounts.map(
      ({ readOnly = false, source, target }) =>
        `--volume=${source}:${target}${readOnly ? ':ro' : ''}`,
    ),
    ...(workingFolder === undefined ? [] : [`--workdir=${workingFolder}`]),
    ...(program === undefined ? [] : [`--entrypoint=${program}`]),
    image.id,
    ...rest,
    ...(command ?? []),
  ];
}

/** The variables of the container: its own, and the session of its role at the runtime's gateway. */
function variablesOf({ aws, environment = {} }: EngineContainerOptions): Record<string, string> {
  const machine = processEnvironment({ home: NO_HOME });
  const all = processEnvironment({
    home: NO_HOME,
    own: environment,
    ...(aws === undefined ? {} : { aws }),
  });
  const ofContainer = Object.entries(all).filter(
    ([name, value]) => name in environment || name.startsWith('AWS_') || machine[name] !== value,
  );
  return Object.fromEntries(ofContainer);
}

function withVariables(variables: Readonly<Record<string, string>>) {
  const { home = NO_HOME, inherit } = engineEnvironment();
  return Object.assign(processEnvironment({ home, inherit }), variables);
}

function exitOf(code: number | null): ContainerExit {
  if (code === null) return { code: SIGNALLED + constants.signals.SIGKILL, signal: 'SIGKILL' };
  const signal = Object.entries(constants.signals).find(
    ([, number]) => SIGNALLED + number === code,
  );
  return { code, signal: signal?.[0] as NodeJS.Signals | undefined };
}
