import { posix } from 'node:path';
import { readPipInstall } from './pip-arguments.ts';
import type { BindMount, Step } from './plan.ts';
import type { SimpleCommand } from './shell-commands.ts';

/** What a command of RUN finds. */
export interface RunContext {
  readonly line: number;
  readonly folder: string;
  readonly home: string;
  readonly mounts: readonly BindMount[];
  readonly environment: ReadonlyMap<string, string>;
  /** The folders of virtual environments that the stage has. */
  readonly locations: readonly string[];
}

/** What a command does: steps, and what the rest of the RUN finds. */
export interface RunEffect {
  readonly steps: readonly Step[];
  readonly folder?: string;
  readonly variables?: ReadonlyMap<string, string>;
}

const NOTHING: RunEffect = { steps: [] };

/** The Python of the base image. */
export const SYSTEM_LOCATION = '/usr/local';

type Taken = (args: readonly string[], context: RunContext) => RunEffect;

/** Programs that change nothing that a process of this machine would see. */
const WITHOUT_EFFECT = [
  ':',
  'addgroup',
  'adduser',
  'chgrp',
  'chown',
  'groupadd',
  'groupmod',
  'ldconfig',
  'set',
  'sync',
  'true',
  'umask',
  'useradd',
  'usermod',
] as const;

const TAKEN: Readonly<Record<string, Taken>> = {
  ...Object.fromEntries(WITHOUT_EFFECT.map((name) => [name, () => NOTHING])),
  cd: ([path = '~'], context) => ({ steps: [], folder: absolute(path, context) }),
  chmod: readChmod,
  export: (args) => ({ steps: [], variables: new Map(args.map(readAssignment)) }),
  ln: readLink,
  mkdir: (args, context) => each(args, context, (path, line) => ({ kind: 'folder', line, path })),
  rm: readRemove,
  touch: (args, context) => each(args, context, (path, line) => ({ kind: 'touch', line, path })),
};

/** What to do instead, for programs that many Dockerfiles run. */
const ADVICE: readonly (readonly [names: readonly string[], reason: string])[] = [
  [
    ['apt', 'apt-get', 'apk', 'dnf', 'microdnf', 'yum', 'dpkg', 'rpm'],
    'it installs packages of an operating system, and processes of this machine have those of this machine. Install them here and remove the line, or use Python packages that bring their libraries',
  ],
  [
    ['curl', 'wget', 'git'],
    'it fetches files from the network while the image is built. Put the files into the build context and COPY them',
  ],
  [
    ['conda', 'mamba', 'micromamba', 'poetry', 'pipenv', 'pdm'],
    'packages are installed by pip only. Export the lock as a requirements file (for example with poetry export) and use pip install -r',
  ],
  [
    ['npm', 'yarn', 'pnpm', 'node', 'go', 'cargo', 'make', 'gcc'],
    'only Python images run as processes',
  ],
];

const ENGINE =
  'or start with --containers engine where Docker, Podman, Finch or nerdctl is installed';

/**
 * What one command of RUN means for a recipe.
 *
 * @throws RangeError for a command that only a container can run, with what to do instead
 */
export function runCommand(command: SimpleCommand, context: RunContext): RunEffect {
  const [first, ...args] = command.words;
  if (first === undefined) return { steps: [], variables: command.variables };
  const name = posix.basename(first);
  if (name === 'sudo') return runCommand({ ...command, words: args }, context);
  const pip = readPip(first, args, command, context);
  if (pip !== undefined) return pip;
  const taken = Object.hasOwn(TAKEN, name) ? TAKEN[name] : undefined;
  if (taken !== undefined) return taken(args, context);
  throw new RangeError(adviceOn(name, args));
}

function adviceOn(name: string, args: readonly string[]): string {
  const known = ADVICE.find(([names]) => names.includes(name))?.[1];
  if (known !== undefined) return `${known}, ${ENGINE}`;
  const shown = [name, ...args].join(' ').slice(0, 80);
  return `"${shown}" would run a program while the image is built, which a recipe does not. Do it before the build and COPY the result, ${ENGINE}`;
}

const PIP = /^pip(?:3(?:\.\d+)?)?$/;
const PYTHON = /^python(?:3(?:\.\d+)?)?$/;

function readPip(
  program: string,
  args: readonly string[],
  { variables }: SimpleCommand,
  context: RunContext,
): RunEffect | undefined {
  const name = posix.basename(program);
  const location = locationOf(program, context);
  if (PIP.test(name)) return readPipCommand(args, { location, variables }, context);
  if (name === 'uv' && args[0] === 'pip') {
    return readPipCommand(args.slice(1), { location, variables }, context);
  }
  if (!PYTHON.test(name)) return undefined;
  const [option, module = '', ...rest] = args;
  if (option === '--version' || option === '-V') return NOTHING;
  if (option !== '-m') return undefined;
  if (module === 'pip') return readPipCommand(rest, { location, variables }, context);
  if (module === 'compileall' || module === 'ensurepip') return NOTHING;
  if (module === 'venv' || module === 'virtualenv') return readVenv(rest, context);
  return undefined;
}

/** The environment that a program belongs to: by its path, or the first that PATH names. */
function locationOf(program: string, context: RunContext): string {
  const named = program.includes('/') ? [posix.dirname(absolute(program, context))] : [];
  const folders = [...named, ...(context.environment.get('PATH') ?? '').split(':')];
  for (const folder of folders) {
    const location = context.locations.find((place) => posix.join(place, 'bin') === folder);
    if (location !== undefined) return location;
  }
  return SYSTEM_LOCATION;
}

const WITHOUT_PACKAGES: readonly string[] = [
  '--version',
  '-V',
  'cache',
  'check',
  'config',
  'debug',
  'freeze',
  'list',
  'show',
];

interface PipPlace {
  readonly location: string;
  readonly variables: ReadonlyMap<string, string>;
}

function readPipCommand(
  args: readonly string[],
  { location, variables }: PipPlace,
  context: RunContext,
): RunEffect {
  const [verb = '', ...rest] = args;
  if (WITHOUT_PACKAGES.includes(verb)) return NOTHING;
  if (verb !== 'install') {
    throw new RangeError(
      `pip ${verb} is not known to recipes, which know pip install. Install the packages in one step, ${ENGINE}`,
    );
  }
  const pip = readPipInstall(rest, context.home);
  const given = Object.fromEntries(
    [...context.environment, ...variables].filter(([name]) => name.startsWith('PIP_')),
  );
  const { folder, line, mounts } = context;
  const place = pip.prefix === undefined ? location : absolute(pip.prefix, context);
  return {
    steps: [{ kind: 'install', line, location: place, pip, folder, mounts, variables: given }],
  };
}

function readVenv(args: readonly string[], context: RunContext): RunEffect {
  const paths = args.filter((word) => !word.startsWith('-'));
  if (paths.length !== 1) throw new RangeError('-m venv needs one folder');
  return each(paths, context, (location, line) => ({ kind: 'environment', line, location }));
}

function each(
  args: readonly string[],
  context: RunContext,
  make: (path: string, line: number) => Step,
): RunEffect {
  return { steps: pathsOf(args, context).map((path) => make(path, context.line)) };
}

/** The arguments that are paths. `mkdir -m 755 x` has a mode, which changes nothing here. */
function pathsOf(args: readonly string[], context: RunContext): readonly string[] {
  const paths = args.filter((word, index) => !word.startsWith('-') && args[index - 1] !== '-m');
  if (paths.length === 0) throw new RangeError('a path is missing');
  return paths.flatMap(expandBraces).map((path) => absolute(path, context));
}

/** `a/{b,c}` of bash, which many Dockerfiles use with mkdir. */
function expandBraces(path: string): readonly string[] {
  const [, before, inside, after] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(path) ?? [];
  if (inside === undefined) return [path];
  return inside.split(',').flatMap((item) => expandBraces(`${before}${item}${after}`));
}

function readRemove(args: readonly string[], context: RunContext): RunEffect {
  return { steps: [{ kind: 'remove', line: context.line, paths: pathsOf(args, context) }] };
}

function readChmod(args: readonly string[], context: RunContext): RunEffect {
  const [mode, ...paths] = args.filter((word) => !/^(?:-[Rcfv]+$|--)/.test(word));
  if (mode === undefined || paths.length === 0)
    throw new RangeError('chmod needs a mode and a path');
  const recursive = args.some((word) => word === '--recursive' || /^-\w*R/.test(word));
  const places = paths.map((path) => absolute(path, context));
  return { steps: [{ kind: 'mode', line: context.line, mode, recursive, paths: places }] };
}

function readLink(args: readonly string[], context: RunContext): RunEffect {
  if (!args.some((word) => /^-\w*s/.test(word) || word === '--symbolic')) {
    throw new RangeError('only symbolic links are made: use ln -s');
  }
  const [target, path, ...more] = args.filter((word) => !word.startsWith('-'));
  if (target === undefined || path === undefined || more.length > 0) {
    throw new RangeError('ln -s needs a target and the path of the link');
  }
  return { steps: [{ kind: 'link', line: context.line, target, path: absolute(path, context) }] };
}

function absolute(path: string, { folder, home }: RunContext): string {
  const slash = path.endsWith('/') && path !== '/' ? '/' : '';
  const place = path.replace(/^~(?=\/|$)/, home);
  return posix.resolve(folder, place) + slash;
}

function readAssignment(word: string): [string, string] {
  const at = word.indexOf('=');
  if (at < 1) throw new RangeError(`export ${word} assigns nothing`);
  return [word.slice(0, at), word.slice(at + 1)];
}
