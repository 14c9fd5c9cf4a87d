import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { runProgram } from '../../jobs/interpreter.ts';
import type { IgnoreRule } from '../dockerfile/index.ts';
import type { BasePython } from './base-python.ts';
import type { BuildOptions } from './build-options.ts';
import { applyMode, copyFiles, copyTree, type Origin } from './copy-files.ts';
import { ensureEnvironment, installInto } from './image-environment.ts';
import type { CopyStep, FileOrigin, ImagePlan, InstallStep, StagePlan, Step } from './plan.ts';
import { type Installation, readInstallation } from './python-packages.ts';
import { RecipeFailed } from './refusal.ts';
import { matchesOf, resolveInRoot } from './root-folder.ts';
import { SYSTEM_LOCATION } from './run-commands.ts';

export interface RootsOptions {
  readonly plan: ImagePlan;
  readonly options: BuildOptions;
  readonly python: BasePython | undefined;
  readonly isIgnored: IgnoreRule;
  /** Where the stages are built. */
  readonly folder: string;
}

/** What the stages have become. */
export interface BuiltRoot {
  readonly root: string;
  /** What the target's Python has, in order. */
  readonly installations: readonly Installation[];
  /** The folders of the image that stand for a Python. */
  readonly locations: readonly string[];
}

interface BuiltStage extends BuiltRoot {
  readonly installations: Installation[];
  readonly locations: string[];
}

/** Does the steps of each stage in a folder of its own. */
export class ImageRoots {
  readonly #options: RootsOptions;
  readonly #stages = new Map<number, BuiltStage>();

  constructor(options: RootsOptions) {
    this.#options = options;
  }

  /** @throws RecipeFailed with the line of the step that failed */
  async build(): Promise<BuiltRoot> {
    const { plan } = this.#options;
    for (const [index, stage] of plan.stages.entries()) {
      if (stage !== undefined) await this.#buildStage(index, stage);
    }
    return this.#stage(plan.target);
  }

  #stage(index: number): BuiltStage {
    const stage = this.#stages.get(index);
    if (stage === undefined) throw new Error(`Stage ${index} is not built.`);
    return stage;
  }

  async #buildStage(index: number, plan: StagePlan): Promise<void> {
    const root = resolve(this.#options.folder, String(index), 'root');
    mkdirSync(root, { recursive: true });
    const stage = this.#startStage(root, plan);
    this.#stages.set(index, stage);
    for (const step of plan.steps) {
      this.#options.options.signal?.throwIfAborted();
      try {
        await this.#do(step, stage);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new RecipeFailed(step.line, error.message);
      }
    }
  }

  #startStage(root: string, { base, parent }: StagePlan): BuiltStage {
    if (parent !== undefined) {
      const from = this.#stage(parent);
      cpSync(from.root, root, { recursive: true, verbatimSymlinks: true });
      return { root, installations: [...from.installations], locations: [...from.locations] };
    }
    for (const { content, mode, path } of base.files) {
      const place = join(root, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, content);
      chmodSync(place, mode);
    }
    const installations = base.packages.length === 0 ? [] : [packagesOf(base.packages, root)];
    return { root, installations, locations: base.python === undefined ? [] : [SYSTEM_LOCATION] };
  }

  async #do(step: Step, stage: BuiltStage): Promise<void> {
    const { root } = stage;
    switch (step.kind) {
      case 'copy':
        await this.#copy(step, stage);
        break;
      case 'environment':
        stage.locations.push(step.location);
        break;
      case 'folder':
        mkdirSync(resolveInRoot(root, step.path), { recursive: true });
        break;
      case 'install':
        await this.#install(step, stage);
        break;
      case 'link':
        makeLink(root, step.target, step.path);
        break;
      case 'mode':
        changeModes(root, step);
        break;
      case 'remove':
        for (const path of step.paths) removeMatches(root, path);
        break;
      case 'touch':
        touch(resolveInRoot(root, step.path));
        break;
    }
  }

  #origin(from: FileOrigin): Origin {
    const { isIgnored, options } = this.#options;
    if (from === 'context') {
      return { folder: resolve(options.context), isIgnored, name: 'the build context' };
    }
    const { root } = this.#stage(from.stage);
    return { folder: root, isIgnored: () => false, name: `stage ${from.stage}` };
  }

  /** Where a source is a Python of another stage, its packages are what is copied. */
  async #copy(step: CopyStep, stage: BuiltStage): Promise<void> {
    const adopted = step.from === 'context' ? [] : this.#adopt(step, step.from.stage, stage);
    const sources = step.sources.filter((source) => !adopted.includes(source));
    if (sources.length + step.inline.length === 0) return;
    const copied = { ...step, sources };
    await copyFiles(copied, stage.root, {
      origin: this.#origin(step.from),
      unpack: (archive, folder) => this.#unpack(archive, folder),
    });
  }

  #adopt(step: CopyStep, from: number, stage: BuiltStage): readonly string[] {
    const other = this.#stage(from);
    const adopted: string[] = [];
    for (const source of step.sources) {
      const path = posix.resolve('/', source);
      const places = new Set([
        ...other.locations,
        ...other.installations.map(({ location }) => location),
      ]);
      const location = [...places].find((place) => place === path || path.startsWith(`${place}/`));
      if (location === undefined) continue;
      const isFile = existsSync(resolveInRoot(other.root, path));
      const isWhole = location === path;
      if (isWhole && !isSystem(location)) {
        stage.locations.push(step.destination.replace(/(?<=.)\/$/, ''));
      }
      const known = new Set(stage.installations.map(({ digest }) => digest));
      const of = other.installations.filter(
        (one) => one.location === location && !known.has(one.digest),
      );
      stage.installations.push(...of);
      if (!isFile) adopted.push(source);
    }
    return adopted;
  }

  async #install(step: InstallStep, stage: BuiltStage): Promise<void> {
    const { options, python } = this.#options;
    if (python === undefined) throw new RangeError('the image that is run has no Python');
    const mounted = step.mounts.map((mount) => this.#bind(mount, stage));
    try {
      const installation = readInstallation(step, stage.root);
      const { target } = step.pip;
      if (target === undefined) {
        stage.installations.push(installation);
        return;
      }
      const request = {
        ...options,
        folder: resolve(options.folder, 'environments'),
        python,
        installations: [],
      };
      const environment = await ensureEnvironment(request);
      const place = resolveInRoot(stage.root, posix.resolve(step.folder, target));
      await installInto(place, { environment, installation, request });
    } finally {
      for (const path of mounted) rmSync(path, { recursive: true, force: true });
    }
  }

  /** Puts what is mounted into the image for the time of the step; what is there already stays. */
  #bind(mount: InstallStep['mounts'][number], stage: BuiltStage): string {
    const origin = this.#origin(mount.from);
    const from = resolveInRoot(origin.folder, mount.source);
    if (!existsSync(from)) throw new RangeError(`${mount.source} is not in ${origin.name}`);
    const to = resolveInRoot(stage.root, mount.target);
    const isThere = existsSync(to);
    mkdirSync(dirname(to), { recursive: true });
    if (lstatSync(from).isDirectory()) {
      copyTree(from, to, {
        keep: (path) => !origin.isIgnored(posix.join(mount.source, path)),
        mode: undefined,
      });
    } else cpSync(from, to);
    return isThere ? join(stage.root, '.nothing') : to;
  }

  async #unpack(archive: string, folder: string): Promise<boolean> {
    if (!looksLikeArchive(archive)) return false;
    const { options, python } = this.#options;
    if (python === undefined)
      throw new RangeError(
        `${basename(archive)} is an archive, and the image has no Python that unpacks it`,
      );
    const program =
      'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter="data")';
    mkdirSync(folder, { recursive: true });
    const args = ['-c', program, archive, folder];
    const { code, output } = await runProgram(python.interpreter, args, { signal: options.signal });
    if (code === 0) return true;
    if (/tarfile\.ReadError/.test(output)) return false;
    throw new RangeError(
      `${basename(archive)} cannot be unpacked: ${output.trim().split('\n').at(-1)}`,
    );
  }
}

function isSystem(location: string): boolean {
  return location === SYSTEM_LOCATION;
}

function packagesOf(packages: readonly string[], root: string): Installation {
  const nothing = { requirementFiles: [], constraintFiles: [], editable: [], options: [] };
  const pip = { ...nothing, requirements: packages, target: undefined, prefix: undefined };
  return readInstallation(
    {
      kind: 'install',
      line: 1,
      location: SYSTEM_LOCATION,
      pip,
      folder: '/',
      mounts: [],
      variables: {},
    },
    root,
  );
}

function makeLink(root: string, target: string, path: string): void {
  const place = resolveInRoot(root, path, 'parents');
  const isFolder = lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  const link = isFolder ? join(place, basename(target)) : place;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

function changeModes(
  root: string,
  { mode, paths, recursive }: Extract<Step, { kind: 'mode' }>,
): void {
  for (const path of paths.flatMap((pattern) => matchesOf(root, pattern))) {
    applyMode(path, mode);
    if (!recursive || !lstatSync(path).isDirectory()) continue;
    for (const entry of readdirSync(path, { recursive: true })) {
      const place = join(path, String(entry));
      if (!lstatSync(place).isSymbolicLink()) applyMode(place, mode);
    }
  }
}

function removeMatches(root: string, pattern: string): void {
  for (const path of matchesOf(root, pattern)) {
    if (path !== root) rmSync(path, { recursive: true, force: true });
  }
}

function touch(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a'));
}

/** gzip, bzip2, xz, and an archive that is not compressed, by their first bytes. */
const MAGIC: readonly (readonly [offset: number, bytes: string])[] = [
  [0, '\u001F\u008B'],
  [0, 'BZh'],
  [0, '\u00FD7zXZ\u0000'],
  [257, 'ustar'],
];
const HEAD_BYTES = 262;

function looksLikeArchive(path: string): boolean {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, head, 0, HEAD_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  const text = head.toString('latin1');
  return MAGIC.some(([offset, bytes]) => text.startsWith(bytes, offset));
}
