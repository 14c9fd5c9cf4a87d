import { constants } from 'node:os';
import { posix } from 'node:path';
import {
  type Add,
  type CommandForm,
  type Copy,
  expandWord,
  type Healthcheck,
  type Instruction,
  type Run,
  type Stage,
} from '../dockerfile/index.ts';
import type { BaseImage } from './base-images.ts';
import type { BindMount, FileOrigin, HealthCheck, ImageConfig, StagePlan, Step } from './plan.ts';
import type { Refusal } from './refusal.ts';
import { runCommand } from './run-commands.ts';
import { readShellCommands, type SimpleCommand } from './shell-commands.ts';
import type { Arguments } from './stage-variables.ts';

export interface StageOptions {
  readonly stage: Stage;
  readonly base: BaseImage;
  readonly parent: { readonly index: number; readonly plan: StagePlan | undefined } | undefined;
  readonly arguments: Arguments;
  /** The number of an earlier stage by its name or number. */
  stageNamed(name: string): number | undefined;
}

export interface PlannedStage {
  readonly plan: StagePlan;
  readonly refusals: readonly Refusal[];
}

const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];
/** Shells whose simple commands a recipe reads. */
const KNOWN_SHELLS: readonly string[] = ['sh', 'bash', 'ash', 'dash'];

/** https://docs.docker.com/reference/dockerfile/#healthcheck */
const DEFAULT_INTERVAL_SECONDS = 30;
const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_START_INTERVAL_SECONDS = 5;
const DEFAULT_RETRIES = 3;
const MS_PER_SECOND = 1_000;

/** Plans one stage; what it cannot do is returned as refusals, all of them. */
export function planStage(options: StageOptions): PlannedStage {
  const planner = new StagePlanner(options);
  for (const instruction of options.stage.instructions) planner.take(instruction);
  return planner.result();
}

interface MutableConfig {
  entrypoint: readonly string[];
  command: readonly string[];
  environment: Map<string, string>;
  workingFolder: string;
  user: string;
  exposedPorts: readonly string[];
  volumes: readonly string[];
  labels: Record<string, string>;
  healthCheck: HealthCheck | undefined;
  stopSignal: string;
}

class StagePlanner {
  readonly #options: StageOptions;
  readonly #steps: Step[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #arguments = new Map<string, string>();
  readonly #config: MutableConfig;
  #shell = DEFAULT_SHELL;
  #commandIsSet = false;

  constructor(options: StageOptions) {
    this.#options = options;
    const { base, parent } = options;
    this.#config = mutable(parent?.plan?.config ?? configOf(base));
  }

  result(): PlannedStage {
    const { base, parent } = this.#options;
    const { environment, ...config } = this.#config;
    const plan = {
      base,
      parent: parent?.index,
      steps: this.#steps,
      config: { ...config, environment: Object.fromEntries(environment) },
    };
    return { plan, refusals: this.#refusals };
  }

  take(instruction: Instruction): void {
    try {
      this.#take(instruction);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#refuse(instruction.line, instruction.kind, error.message);
    }
  }

  #refuse(line: number, instruction: string, reason: string): void {
    this.#refusals.push({ line, instruction, reason });
  }

  /** ENV beats ARG. */
  #variables(): ReadonlyMap<string, string> {
    return new Map([...this.#arguments, ...this.#config.environment]);
  }

  #expand(text: string): string {
    return expandWord(text, this.#variables(), { escape: this.#options.arguments.escape });
  }

  #take(instruction: Instruction): void {
    switch (instruction.kind) {
      case 'ADD':
      case 'COPY':
        this.#copy(instruction);
        break;
      case 'RUN':
        this.#run(instruction);
        break;
      case 'ARG':
        for (const [name, value] of this.#options.arguments.declare(instruction, (text) =>
          this.#expand(text),
        )) {
          this.#arguments.set(name, value);
        }
        break;
      case 'ENV':
        this.#setAll(this.#config.environment, instruction.variables);
        break;
      case 'WORKDIR':
        this.#workdir(instruction.line, instruction.path);
        break;
      case 'SHELL':
        this.#shell = instruction.words;
        break;
      case 'ONBUILD':
        throw new RangeError(
          'a recipe keeps no triggers: write the instruction into the image that needs it',
        );
      default:
        this.#configure(instruction);
    }
  }

  #configure(
    instruction: Exclude<
      Instruction,
      { kind: 'ADD' | 'COPY' | 'RUN' | 'ARG' | 'ENV' | 'WORKDIR' | 'SHELL' | 'ONBUILD' }
    >,
  ): void {
    const config = this.#config;
    switch (instruction.kind) {
      case 'CMD':
        config.command = this.#words(instruction.command);
        this.#commandIsSet = true;
        break;
      case 'ENTRYPOINT':
        config.entrypoint = this.#words(instruction.command);
        // The command of the base image belongs to its entrypoint.
        if (!this.#commandIsSet) config.command = [];
        break;
      case 'HEALTHCHECK':
        config.healthCheck = this.#healthCheck(instruction);
        break;
      case 'USER':
        config.user = this.#expand(instruction.user);
        break;
      case 'EXPOSE':
        config.exposedPorts = [
          ...config.exposedPorts,
          ...instruction.ports.map((port) => this.#expand(port)),
        ];
        break;
      case 'VOLUME':
        for (const path of instruction.paths) this.#volume(instruction.line, this.#expand(path));
        break;
      case 'LABEL': {
        const labels = new Map(Object.entries(config.labels));
        this.#setAll(labels, instruction.labels);
        config.labels = Object.fromEntries(labels);
        break;
      }
      case 'STOPSIGNAL':
        config.stopSignal = readSignal(this.#expand(instruction.signal));
        break;
      default:
        // FROM starts a stage, and MAINTAINER is only said.
        break;
    }
  }

  /** All values are those from before the instruction. */
  #setAll(
    place: Map<string, string>,
    given: readonly { readonly name: string; readonly value: string }[],
  ): void {
    const values = given.map(
      ({ name, value }) => [this.#expand(name), this.#expand(value)] as const,
    );
    for (const [name, value] of values) place.set(name, value);
  }

  #workdir(line: number, path: string): void {
    const place = posix.resolve(this.#config.workingFolder, this.#expand(path));
    this.#config.workingFolder = place;
    this.#steps.push({ kind: 'folder', line, path: place });
  }

  #volume(line: number, path: string): void {
    const place = posix.resolve('/', path);
    this.#config.volumes = [...this.#config.volumes, place];
    this.#steps.push({ kind: 'folder', line, path: place });
  }

  #words(command: CommandForm): readonly string[] {
    if (command.form === 'exec') return command.words;
    return command.text === '' ? [] : [...this.#shell, command.text];
  }

  #healthCheck(given: Healthcheck): HealthCheck | undefined {
    if (given.command === undefined) return undefined;
    return {
      command: this.#words(given.command),
      intervalSeconds: secondsOf(given.intervalMs, DEFAULT_INTERVAL_SECONDS),
      timeoutSeconds: secondsOf(given.timeoutMs, DEFAULT_TIMEOUT_SECONDS),
      startPeriodSeconds: secondsOf(given.startPeriodMs, 0),
      startIntervalSeconds: secondsOf(given.startIntervalMs, DEFAULT_START_INTERVAL_SECONDS),
      retries: given.retries === undefined || given.retries === 0 ? DEFAULT_RETRIES : given.retries,
    };
  }

  #copy(given: Add | Copy): void {
    const sources = given.sources.map((source) => this.#expand(source));
    const remote = sources.find((source) => /^(?:https?:\/\/|git@|ssh:\/\/)/.test(source));
    if (given.kind === 'ADD' && remote !== undefined) {
      throw new RangeError(
        `${remote} is fetched while the image is built, which a recipe does not. Put the file into the build context and COPY it`,
      );
    }
    const written = this.#expand(given.destination);
    const resolved = posix.resolve(this.#config.workingFolder, written);
    const isFolder = /(?:^|\/)\.{0,2}\/?$/.test(written) || written.endsWith('/');
    this.#steps.push({
      kind: 'copy',
      line: given.line,
      from: given.kind === 'COPY' ? this.#origin(given.from) : 'context',
      sources,
      inline: given.inline.map(({ content, expand, name }) => ({
        name,
        content: expand ? this.#expandContent(content) : content,
      })),
      destination: isFolder && resolved !== '/' ? `${resolved}/` : resolved,
      mode: given.chmod === undefined ? undefined : this.#expand(given.chmod),
      exclude: given.exclude.map((pattern) => this.#expand(pattern)),
      parents: given.kind === 'COPY' && given.parents,
      unpack: given.kind === 'ADD' && given.unpack !== false,
    });
  }

  #expandContent(content: string): string {
    return expandWord(content, this.#variables(), { ignoreQuotes: true });
  }

  #origin(from: string | undefined): FileOrigin {
    if (from === undefined) return 'context';
    const name = this.#expand(from);
    const stage = this.#options.stageNamed(name);
    if (stage !== undefined) return { stage };
    throw new RangeError(
      `no earlier stage is called ${name}, and the files of the image ${name} are not on this machine. Put them into the build context, or install them with pip`,
    );
  }

  #run(run: Run): void {
    if (run.security === 'insecure')
      throw new RangeError('--security=insecure needs a container engine');
    const mounts = run.mounts.flatMap((mount) => this.#mount(mount) ?? []);
    let folder = this.#config.workingFolder;
    const variables = new Map(this.#variables());
    for (const command of this.#commandsOf(run, variables)) {
      try {
        const effect = runCommand(command, {
          line: run.line,
          folder,
          home: homeOf(this.#config.user, variables),
          mounts,
          environment: variables,
          locations: this.#locations(),
        });
        this.#steps.push(...effect.steps);
        folder = effect.folder ?? folder;
        for (const [name, value] of effect.variables ?? []) variables.set(name, value);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.#refuse(run.line, `RUN ${command.words[0] ?? ''}`, error.message);
      }
    }
  }

  #locations(): readonly string[] {
    const inherited = this.#options.parent?.plan?.steps ?? [];
    return [...inherited, ...this.#steps].flatMap((step) => {
      if (step.kind === 'environment') return step.location;
      // An environment that another stage made.
      return step.kind === 'copy' && step.from !== 'context'
        ? step.destination.replace(/(?<=.)\/$/, '')
        : [];
    });
  }

  #commandsOf(run: Run, variables: ReadonlyMap<string, string>): readonly SimpleCommand[] {
    const { command, heredocs } = run;
    if (command.form === 'exec') {
      const text = command.words.join(' ');
      return command.words.length === 0
        ? []
        : [{ text, variables: new Map(), words: command.words }];
    }
    const shell = posix.basename(this.#shell[0] ?? '');
    if (!KNOWN_SHELLS.includes(shell)) {
      throw new RangeError(`a recipe does not read commands of the shell ${shell}`);
    }
    const [heredoc, ...more] = heredocs;
    if (heredoc === undefined) return readShellCommands(command.text, variables);
    const isScript = /^<<-?\s*\S+$/.test(command.text.trim()) && more.length === 0;
    if (!isScript || heredoc.content.startsWith('#!')) {
      throw new RangeError('a heredoc that is the input of a program is not read');
    }
    const script = heredoc.chomp ? heredoc.content.replaceAll(/^\t+/gm, '') : heredoc.content;
    return readShellCommands(script.replaceAll('\\\n', ''), variables);
  }

  /** https://docs.docker.com/reference/dockerfile/#run---mount */
  #mount(text: string): BindMount | undefined {
    const options = new Map(
      text.split(',').map((part): [string, string] => {
        const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(part) ?? [];
        return [name, this.#expand(value)];
      }),
    );
    const type = options.get('type') ?? 'bind';
    if (type === 'cache' || type === 'tmpfs') return undefined;
    if (type !== 'bind') {
      throw new RangeError(
        `--mount=type=${type} is not available to a recipe. Use build arguments or the build context`,
      );
    }
    const target = options.get('target') ?? options.get('dst') ?? options.get('destination');
    if (target === undefined) throw new RangeError('--mount=type=bind needs a target');
    return {
      from: this.#origin(options.get('from')),
      source: options.get('source') ?? options.get('src') ?? '.',
      target: posix.resolve(this.#config.workingFolder, target),
    };
  }
}

function configOf(base: BaseImage): ImageConfig {
  return {
    entrypoint: base.entrypoint,
    command: base.command,
    environment: base.environment,
    workingFolder: base.workingFolder,
    user: '',
    exposedPorts: [],
    volumes: [],
    labels: {},
    healthCheck: undefined,
    stopSignal: 'SIGTERM',
  };
}

function mutable(config: ImageConfig): MutableConfig {
  return {
    ...config,
    labels: { ...config.labels },
    environment: new Map(Object.entries(config.environment)),
  };
}

/** The home folder of a user: `USER app:group` has `/home/app`. */
export function homeOf(user: string, environment: ReadonlyMap<string, string>): string {
  const [name = ''] = user.split(':');
  const home = environment.get('HOME');
  if (home !== undefined) return home;
  return name === '' || name === 'root' || name === '0' ? '/root' : `/home/${name}`;
}

function readSignal(text: string): string {
  const name = /^\d+$/.test(text) ? text : text.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  const known = Object.entries(constants.signals);
  const found = known.find(([signal, number]) => signal === name || String(number) === name);
  if (found === undefined) throw new RangeError(`${text} is not a signal`);
  return found[0];
}

function secondsOf(ms: number | undefined, standard: number): number {
  return ms === undefined || ms === 0 ? standard : ms / MS_PER_SECOND;
}
