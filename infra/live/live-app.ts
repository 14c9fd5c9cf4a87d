import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { App, AssetStaging } from 'aws-cdk-lib';
import type { Config, Project } from '../../definition/index.ts';
import { nameConsoleStack } from '../../delivery/index.ts';
import { DEFAULT_ENVIRONMENT } from '../../workflows/index.ts';
import { API_HANDLER, writeFacts } from '../api/project-facts.ts';
import { type ChosenStacks, nameStack } from '../app.ts';
import { entryOf, HandlerBundles } from '../bundle-handler.ts';
import { readContextSettings } from '../environment-settings.ts';
import { loadApp } from '../project-files/load-app.ts';
import { CONFIG_FILE } from '../project-files/load-config.ts';
import { synthesizeApp, validateAgain } from '../synthesize-app.ts';
import {
  type AppAssets,
  packHandlers,
  packScriptsOf,
  type Replacement,
  replaceHandlers,
  replaceScripts,
} from './app-assets.ts';
import {
  type AssetFile,
  copyAssets,
  type DigestChanges,
  hasStack,
  mergeStacks,
  removeStacks,
  replaceDigests,
  replacedAssets,
} from './edit-assembly.ts';

export interface LiveAppOptions {
  /** The folder of the app. */
  readonly folder: string;
  /** Its synthesized assembly, which is kept up to date. */
  readonly assembly: string;
  /** What `cdk synth` sets. */
  readonly context: Readonly<Record<string, unknown>> & { readonly environment?: unknown };
}

/** What an update has changed in the assembly. */
export interface AppUpdate {
  /** Stacks whose templates differ. */
  readonly stacks: readonly string[];
  /** Projects that were removed; their stacks are no longer in the assembly. */
  readonly removed: readonly string[];
}

/** New contents of assets, which the running app can use before the assembly has them. */
export interface DigestSwap {
  /** By stack. */
  readonly stacks: Readonly<Record<string, readonly Replacement[]>>;
  readonly assets: readonly AssetFile[];
}

interface State {
  readonly projects: readonly Project[];
  /** Undefined without a `stepmill.config.ts`. */
  readonly config: Config | undefined;
  readonly assets: AppAssets;
}

/** What was read for an update. */
interface Prepared {
  /** For assets and assemblies; removed with the update. */
  readonly folder: string;
  readonly current: State;
  readonly all: boolean;
}

/** An app that stays loaded, so that only what changed is built again. */
export class LiveApp {
  readonly #options: LiveAppOptions;
  readonly #handlers: HandlerBundles;
  #state: State | undefined;
  #prepared: Prepared | undefined;

  constructor(options: LiveAppOptions) {
    this.#options = options;
    this.#handlers = new HandlerBundles(options.folder);
  }

  /**
   * Loads the app as it was synthesized.
   *
   * @throws an error with `isMistake`
   */
  async load(): Promise<void> {
    this.#state = await this.#inFolder((outdir) => this.#read(outdir));
  }

  /** Does once what an update does, which takes seconds the first time; in steps, between which it can be asked. */
  *warmUp(): Generator<void> {
    const state = this.#state;
    if (state === undefined) return;
    void this.#handlers.warmUp();
    const projects = state.projects.slice(0, 1).map(({ name }) => name);
    this.#inFolderAtOnce((outdir) => this.#synthesize(state, { projects, console: false }, outdir));
    yield;
    yield* validateAgain(this.#options.assembly);
  }

  /**
   * Reads changed files of projects, scripts and handlers. `complete` then brings the assembly up to date with them.
   *
   * @param changed paths from the folder of the app, of all changes since the last update that succeeded
   * @param all synthesizes every stack: the assembly may be of other sources than the loaded app
   * @returns undefined if more than the contents of assets differs
   * @throws an error with `isMistake`; the assembly is then as it was
   */
  async prepare(changed: readonly string[], all = false): Promise<DigestSwap | undefined> {
    this.#discard();
    const folder = makeFolder();
    try {
      const current = await this.#read(folder, changed);
      this.#prepared = { folder, current, all };
      for (const what of ['handlers', 'scripts']) {
        copyAssets(join(folder, 'assets', what), this.#options.assembly);
      }
      return all ? undefined : this.#swapOf(this.#state, current);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Brings the assembly up to date with what was read.
   *
   * @throws an error with `isMistake`; the assembly is then as it was
   */
  complete(): AppUpdate {
    if (this.#prepared === undefined) throw new Error('Nothing was read');
    const { folder, current, all } = this.#prepared;
    try {
      const update = all
        ? this.#synthesizeAll(current, folder)
        : this.#bringUp(this.#state, current, folder);
      this.#state = current;
      return update;
    } finally {
      this.#discard();
    }
  }

  #discard(): void {
    if (this.#prepared !== undefined) {
      rmSync(this.#prepared.folder, { recursive: true, force: true });
    }
    this.#prepared = undefined;
  }

  async end(): Promise<void> {
    this.#discard();
    await this.#handlers.end();
  }

  /** @param changed everything is read where it is undefined */
  async #read(outdir: string, changed?: readonly string[]): Promise<State> {
    const { folder } = this.#options;
    const known = this.#state;
    const isIn = (...parts: readonly string[]) =>
      changed === undefined ||
      parts.some((part) => changed.some((file) => file.startsWith(`${part}${sep}`)));
    const areProjectsNew = isIn('projects') || known === undefined;
    const isConfigNew = known === undefined || changed?.includes(CONFIG_FILE) !== false;
    const context = readContextSettings(
      new App({ autoSynth: false, context: { ...this.#options.context } }),
    );
    const [{ projects, config }, built] = await Promise.all([
      // Both are judged together, so that all of their mistakes are reported at once.
      loadApp(folder, context, {
        ...(areProjectsNew ? {} : { projects: known.projects }),
        ...(isConfigNew ? {} : { config: known.config }),
      }),
      isIn('handlers', 'operations', join('api', 'schemas')) ? this.#handlers.build(changed) : [],
    ]);
    const outdirOf = (what: string) => join(outdir, 'assets', what);
    const handlers = packHandlers({
      entries: areProjectsNew ? this.#withApi(built) : built,
      files: { [API_HANDLER]: writeFacts(projects, this.#environment) },
      outdir: outdirOf('handlers'),
    });
    const scripts = areProjectsNew
      ? packScriptsOf(projects, outdirOf('scripts'))
      : known.assets.scripts;
    return {
      projects,
      config,
      assets: { handlers: new Map([...(known?.assets.handlers ?? []), ...handlers]), scripts },
    };
  }

  /** The function of the API has the facts of projects beside its code. */
  #withApi(entries: readonly string[]): readonly string[] {
    if (!this.#hasConsole) return entries;
    return [...new Set([...entries, entryOf(this.#options.folder, API_HANDLER)])];
  }

  #bringUp(former: State | undefined, current: State, outdir: string): AppUpdate {
    if (former === undefined || isStaged(former) || isStaged(current)) {
      return this.#synthesizeAll(current, outdir);
    }
    const { assembly } = this.#options;
    const changes = this.#compare(former, current);
    const { synthesized } = changes.digests;
    if (synthesized.length > 0) {
      const projects = changes.changed.map(({ name }) => name);
      const isConsoleNew = synthesized.includes(this.#console);
      this.#synthesize(current, { projects, console: isConsoleNew }, join(outdir, 'changed'));
    }
    const replaced = replaceDigests(assembly, changes.digests);
    if (replaced === undefined) return this.#synthesizeAll(current, outdir);
    if (synthesized.length > 0) mergeStacks(join(outdir, 'changed'), assembly);
    const { removed } = changes;
    if (removed.length > 0)
      removeStacks(
        assembly,
        removed.map((name) => this.#stackOf(name)),
      );
    return { stacks: [...replaced, ...synthesized], removed };
  }

  #compare(former: State, current: State): StateChanges {
    const changes = compareProjects(former.projects, current.projects);
    const isConsoleNew = this.#hasConsole && isConsoleOther(former.projects, current.projects);
    const made = changes.changed.map(({ name }) => this.#stackOf(name));
    const own = changes.same.map(
      ({ name }) =>
        [this.#stackOf(name), replaceScripts(name, former.assets, current.assets)] as const,
    );
    return {
      ...changes,
      digests: {
        handlers: replaceHandlers(former.assets, current.assets),
        stacks: new Map(this.#hasConsole && !isConsoleNew ? [...own, [this.#console, []]] : own),
        synthesized: isConsoleNew ? [...made, this.#console] : made,
      },
    };
  }

  #swapOf(former: State | undefined, current: State): DigestSwap | undefined {
    if (former === undefined || isStaged(former) || isStaged(current)) return undefined;
    const { digests, removed } = this.#compare(former, current);
    if (digests.synthesized.length > 0 || removed.length > 0) return undefined;
    const all = [...digests.stacks].map(
      ([stack, own]) => [stack, [...digests.handlers, ...own]] as const,
    );
    const stacks = new Map(all.filter(([, replacements]) => replacements.length > 0));
    const assets = replacedAssets(this.#options.assembly, stacks);
    return assets.length === 0 ? undefined : { stacks: Object.fromEntries(stacks), assets };
  }

  #synthesizeAll(state: State, outdir: string): AppUpdate {
    const { projects } = state;
    this.#synthesize(state, { console: true }, join(outdir, 'all'));
    if (isStaged(state)) return this.#replaceStages(state, join(outdir, 'all'));
    mergeStacks(join(outdir, 'all'), this.#options.assembly);
    const stacks = projects.map(({ name }) => this.#stackOf(name));
    return { stacks: this.#hasConsole ? [...stacks, this.#console] : stacks, removed: [] };
  }

  /** The stages of environments are assemblies of their own, in folders of this one. */
  #replaceStages({ projects, config }: State, from: string): AppUpdate {
    cpSync(from, this.#options.assembly, { recursive: true });
    const chosen = this.#options.context.environment;
    const environments = Object.keys(config?.environments ?? {});
    return {
      stacks: environments
        .filter((name) => chosen === undefined || name === chosen)
        .flatMap((name) => [
          ...projects.map((project) => nameStack(name, project.name)),
          nameConsoleStack(name),
        ]),
      removed: [],
    };
  }

  #synthesize({ projects, config }: State, chosen: ChosenStacks, outdir: string): void {
    AssetStaging.clearAssetHashCache();
    const { context } = this.#options;
    synthesizeApp({ projects, config }, { outdir, context: { ...context } }, chosen);
  }

  /** Whether the settings have left it in. */
  get #hasConsole(): boolean {
    return hasStack(this.#options.assembly, this.#console);
  }

  get #console(): string {
    return nameConsoleStack(this.#environment);
  }

  get #environment(): string {
    const { environment } = this.#options.context;
    return typeof environment === 'string' ? environment : DEFAULT_ENVIRONMENT;
  }

  #stackOf(project: string): string {
    return nameStack(this.#environment, project);
  }

  #inFolderAtOnce(work: (folder: string) => void): void {
    const folder = makeFolder();
    try {
      work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = makeFolder();
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Whether each environment is a stage. */
function isStaged({ config }: State): boolean {
  return config !== undefined;
}

interface StateChanges extends ProjectChanges {
  readonly digests: DigestChanges;
}

interface ProjectChanges {
  readonly changed: readonly Project[];
  readonly same: readonly Project[];
  readonly removed: readonly string[];
}

function compareProjects(former: readonly Project[], current: readonly Project[]): ProjectChanges {
  const known = new Map(former.map((each) => [each.name, JSON.stringify(each)]));
  const isChanged = (project: Project) => known.get(project.name) !== JSON.stringify(project);
  return {
    changed: current.filter(isChanged),
    same: current.filter((project) => !isChanged(project)),
    removed: [...known.keys()].filter((name) => !current.some((each) => each.name === name)),
  };
}

/** Whether more of the console's stack differs than the facts of projects, which are an asset. */
function isConsoleOther(former: readonly Project[], current: readonly Project[]): boolean {
  return groupsOf(former) !== groupsOf(current);
}

function groupsOf(projects: readonly Project[]): string {
  return JSON.stringify(projects.map(({ name, registry }) => [name, registry.modelPackageGroup]));
}

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'stepmill-live-'));
}
