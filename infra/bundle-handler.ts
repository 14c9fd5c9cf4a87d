import { copyFileSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildContext, type BuildOptions, build, buildSync, context } from 'esbuild';
import { type Bundle, BundleMemory } from './bundle-memory.ts';
import { bundlesOf } from './bundle-outputs.ts';
import { describeFailure } from './project-files/build-mistakes.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Folders of the bundled handlers of this process, by entry; several stacks use the same ones. */
const bundled = new Map<string, string>();

const OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Packages' modules, of which only what is used is bundled; names stay, for people who read a stack.
  mainFields: ['module', 'main'],
  minifyWhitespace: true,
  minifySyntax: true,
} as const satisfies BuildOptions;

/**
 * Bundles a handler into one CommonJS file, including the AWS SDK, so that the tested code is the code that
 * runs. It runs in this process; `NodejsFunction` would start a shell for every function.
 *
 * @returns the folder with `index.js`
 */
export function bundleHandler(entry: string): string {
  const known = bundled.get(entry);
  if (known !== undefined) return known;
  const folder = process.cwd();
  const memory = memoryOf(folder);
  const bundle =
    memory.find(entry) ??
    keepAll(memory, bundlesOf(buildSync(optionsOf(folder, [entry])), folder)).get(entry);
  if (bundle === undefined) throw new Error(`The bundler wrote nothing for ${entry}`);
  return put(entry, bundle);
}

function memoryOf(folder: string): BundleMemory {
  return new BundleMemory(folder, JSON.stringify(OPTIONS));
}

function keepAll(
  memory: BundleMemory,
  bundles: ReadonlyMap<string, Bundle>,
): ReadonlyMap<string, Bundle> {
  for (const [entry, bundle] of bundles) memory.keep(entry, bundle);
  return bundles;
}

/** Writes the bundle where the stacks of this process find it. */
function put(entry: string, { code }: Bundle): string {
  const folder = bundled.get(entry) ?? makeTemporaryFolder('handler');
  writeFileSync(join(folder, 'index.js'), code);
  bundled.set(entry, folder);
  return folder;
}

/**
 * Puts files beside a bundle.
 *
 * @param folder of the bundle, which stays as it is
 * @returns the folder with both
 */
export function addFiles(
  folder: string,
  files: Readonly<Record<string, string>> | undefined,
): string {
  if (files === undefined) return folder;
  const former = withFiles.get(folder);
  const key = JSON.stringify(files);
  if (former !== undefined && former.key !== key)
    rmSync(former.both, { recursive: true, force: true });
  const both = former?.key === key ? former.both : makeTemporaryFolder('handler');
  withFiles.set(folder, { both, key });
  copyFileSync(join(folder, 'index.js'), join(both, 'index.js'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(both, name), text);
  return both;
}

/** Folders with a bundle and files, by the folder of the bundle; those of former files are removed, as stacks have copied them. */
const withFiles = new Map<string, { readonly both: string; readonly key: string }>();

function optionsOf(folder: string, entries: readonly string[]) {
  return {
    ...OPTIONS,
    entryPoints: [...entries],
    // Nothing is written; outputs are named from here.
    outdir: join(folder, 'dist'),
    outbase: folder,
    write: false,
    metafile: true,
    // Paths in comments are relative to it, so that the bundle is the same on every machine.
    absWorkingDir: folder,
    logLevel: 'silent',
  } as const satisfies BuildOptions;
}

type HandlerContext = BuildContext<ReturnType<typeof optionsOf>>;

/** The handlers of an app; files that have not changed since the last time, or the last process, are not bundled again. */
export class HandlerBundles {
  readonly #folder: string;
  readonly #contexts = new Map<string, Promise<HandlerContext>>();
  /** The last bundle that was begun of each handler, by entry. */
  readonly #begun = new Map<string, Promise<unknown>>();
  /** The files of each bundle, by entry. */
  readonly #inputs = new Map<string, readonly string[]>();

  /** @param folder the folder of the app */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /**
   * Bundles handlers as they are now.
   *
   * @param changed paths from the folder of the app: bundles without one of them stay; all are made by default
   * @returns the entries that were bundled
   * @throws HandlerMistakes with the mistakes of all handlers
   */
  async build(changed?: readonly string[]): Promise<readonly string[]> {
    const all = listHandlers(this.#folder);
    if (changed === undefined) {
      await this.#bundleAll(all);
      return all;
    }
    const entries = all.filter((entry) => {
      const inputs = this.#inputs.get(entry);
      return inputs === undefined || changed.some((path) => inputs.includes(path));
    });
    const results = await Promise.allSettled(entries.map((entry) => this.#bundle(entry)));
    const mistakes = results.flatMap((result) =>
      result.status === 'rejected' ? describeFailure(result.reason) : [],
    );
    if (mistakes.length > 0) throw new HandlerMistakes(mistakes);
    return entries;
  }

  /** Lets the bundler read all sources once, so that the first change of a handler is bundled as fast as others. */
  async warmUp(): Promise<void> {
    for (const entry of listHandlers(this.#folder)) {
      // The change that corrects a mistake is bundled, and reported, by `build`.
      if (!this.#contexts.has(entry)) await this.#rebuild(entry).catch(() => undefined);
    }
  }

  async end(): Promise<void> {
    const contexts = await Promise.all(this.#contexts.values());
    await Promise.all(contexts.map((each) => each.dispose()));
  }

  /** All at once, because the handlers share most of their files. */
  async #bundleAll(entries: readonly string[]): Promise<void> {
    const memory = memoryOf(this.#folder);
    const unknown: string[] = [];
    for (const entry of entries) {
      const known = memory.find(entry);
      if (known === undefined) unknown.push(entry);
      else this.#put(entry, known);
    }
    if (unknown.length === 0) return;
    const result = await build(optionsOf(this.#folder, unknown)).catch((error: unknown) => {
      throw new HandlerMistakes(describeFailure(error));
    });
    const bundles = keepAll(memory, bundlesOf(result, this.#folder));
    for (const [entry, bundle] of bundles) this.#put(entry, bundle);
  }

  async #bundle(entry: string): Promise<void> {
    // A bundle that failed is built again after any change.
    this.#inputs.delete(entry);
    const bundles = bundlesOf(await this.#rebuild(entry), this.#folder);
    for (const [made, bundle] of bundles) this.#put(made, bundle);
  }

  #put(entry: string, bundle: Bundle): void {
    this.#inputs.set(entry, bundle.inputs);
    put(entry, bundle);
  }

  /** One after the other, because the bundler would answer with a bundle that it began before a change. */
  #rebuild(entry: string) {
    const former = this.#begun.get(entry) ?? Promise.resolve();
    const begun = former.then(async () => (await this.#contextOf(entry)).rebuild());
    this.#begun.set(
      entry,
      begun.catch(() => undefined),
    );
    return begun;
  }

  #contextOf(entry: string): Promise<HandlerContext> {
    const known = this.#contexts.get(entry);
    if (known !== undefined) return known;
    const made = context(optionsOf(this.#folder, [entry]));
    this.#contexts.set(entry, made);
    return made;
  }
}

/** Handlers that cannot be bundled; each mistake has its file and line. */
export class HandlerMistakes extends Error {
  override readonly name = 'HandlerMistakes';

  constructor(mistakes: readonly string[]) {
    super(
      [
        `The handlers have ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was synthesized.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
      ].join('\n'),
    );
  }
}

/** The file of an app's handler that is bundled. */
export function entryOf(folder: string, handler: string): string {
  return join(folder, 'handlers', handler, 'index.ts');
}

/** The handlers of an app, by their folders' names. */
export function listHandlers(folder: string): readonly string[] {
  const all = join(folder, 'handlers');
  if (!existsSync(all)) return [];
  return readdirSync(all)
    .map((name) => entryOf(folder, name))
    .filter((entry) => existsSync(entry))
    .sort();
}
