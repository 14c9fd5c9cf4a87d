import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type DigestSwap, type Runtime, type StackReport, visibleText } from '../../local/index.ts';
import { forgetSynthesis, rememberSynthesis, runCdkSynth } from '../runtime/synthesize.ts';
import { bold, dim, green, red, seconds, type Terminal, yellow } from '../terminal/terminal.ts';
import {
  changedSources,
  isOfHandler,
  isOfOneProjectOrHandler,
  readSources,
  type Sources,
} from './app-sources.ts';
import { FolderWatch } from './folder-watch.ts';
import { LIVE_PROGRAM, LiveProcess } from './live-process.ts';
import { UpdateLoop } from './update-loop.ts';

export interface WatchOptions {
  readonly runtime: Runtime;
  /** The assembly that the runtime runs. */
  readonly assembly: string;
  /** `name=value` of each setting that it was synthesized with. */
  readonly context: readonly string[];
  /** Where the digest of its sources is kept. */
  readonly stateFolder: string;
  /** What the assembly was made of. */
  readonly sources: Sources;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Git holds it while it writes files. */
const GIT_LOCK = join('.git', 'index.lock');

/** Stacks are updated when nothing has changed for this long since their functions were. */
const CATCH_UP_MS = 500;

/** Whether the folder has what watching needs: the sources of the app, and the program that loads them. */
export function canWatch(): boolean {
  return existsSync(LIVE_PROGRAM) && existsSync(join('infra', 'live.ts'));
}

/** Keeps the running stacks up to date with the app's files. Returns a function that ends it. */
export function watchApp(options: WatchOptions): () => Promise<void> {
  const app = new WatchedApp(options);
  const loop = new UpdateLoop<Sources, Preparation>(app, options.sources);
  const watch = new FolderWatch(() => loop.hint());
  app.onRead = ({ folders }) => watch.follow(folders);
  watch.follow(options.sources.folders);
  // What changed since the sources were read, while nothing was watched.
  loop.hint();
  return async () => {
    watch.stop();
    await app.end();
  };
}

/** An update of some projects and handlers, which is read while its files settle. */
interface Preparation {
  readonly startedAt: number;
  /** Undefined if the whole app is made again. */
  readonly swap: Promise<DigestSwap | undefined> | undefined;
}

class WatchedApp {
  /** Called with the sources whenever they are read. */
  onRead: (sources: Sources) => void = () => {};
  readonly #options: WatchOptions;
  readonly #ended = new AbortController();
  #live: LiveProcess;
  /** Whether the process has loaded exactly what the assembly was made of. */
  #isAsAssembly: Promise<boolean>;
  #sources: Sources;
  /** Stacks that the assembly has in another form than the runtime. */
  readonly #stale = new Set<string>();
  #pauseCatchUp: () => Promise<void> = async () => {};

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#sources = options.sources;
    this.#live = this.#load();
    this.#isAsAssembly = this.#compareAssembly(options.sources);
  }

  read(): Sources {
    this.#sources = readSources(this.#sources);
    this.onRead(this.#sources);
    return this.#sources;
  }

  compare(former: Sources, current: Sources): readonly string[] {
    return changedSources(former, current);
  }

  isBusy(): boolean {
    return existsSync(GIT_LOCK);
  }

  async wait(milliseconds: number): Promise<void> {
    await delay(milliseconds);
  }

  prepare(changed: readonly string[]): Preparation {
    const swap = changed.every(isOfOneProjectOrHandler) ? this.#prepare(changed) : undefined;
    // What becomes of it is reported only if it is applied.
    swap?.catch(() => {});
    // Afterwards, because a process is started.
    if (changed.some(isOfHandler)) setImmediate(() => this.#options.runtime.expectSwap());
    return { startedAt: performance.now(), swap };
  }

  async apply(current: Sources, { startedAt, swap }: Preparation): Promise<boolean> {
    const { context, stateFolder } = this.#options;
    await this.#pauseCatchUp();
    try {
      forgetSynthesis(stateFolder);
      if (swap === undefined) await this.#updateAll(current, startedAt);
      else await this.#updateChanged(await swap, startedAt);
      rememberSynthesis(stateFolder, current, context);
      return true;
    } catch (error) {
      this.#reportFailure(error);
      return false;
    }
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#live.end();
  }

  #load(): LiveProcess {
    const { assembly, context, signal } = this.#options;
    return new LiveProcess(assembly, context, signal);
  }

  async #prepare(changed: readonly string[]): Promise<DigestSwap | undefined> {
    if (this.#live.isLost) {
      await this.#live.end();
      this.#live = this.#load();
      this.#isAsAssembly = Promise.resolve(false);
    }
    const isAsAssembly = await this.#isAsAssembly;
    return this.#live.prepare(changed, !isAsAssembly);
  }

  async #updateChanged(swap: DigestSwap | undefined, startedAt: number): Promise<void> {
    const completed = this.#live.complete();
    completed.catch(() => {});
    const isSwapped = swap !== undefined && (await this.#swap(swap, startedAt));
    const { stacks, removed } = await completed;
    this.#isAsAssembly = Promise.resolve(true);
    for (const stack of stacks) this.#stale.add(stack);
    for (const project of removed) {
      this.#options.terminal.note(
        `${yellow('!')} The project ${project} is gone; its stack stays until the state is deleted with "stepmill reset".`,
      );
    }
    if (isSwapped) this.#catchUpLater();
    else await this.#updateStale(startedAt);
  }

  /** @returns whether the app runs the new assets; the update of the stacks reports why not */
  async #swap(swap: DigestSwap, startedAt: number): Promise<boolean> {
    try {
      const swapped = await this.#options.runtime.swap(swap);
      const counts = Object.entries(swapped ?? {});
      for (const [stackName, updated] of counts) {
        this.#report({ stackName, created: 0, updated, removed: 0 }, startedAt);
      }
      return counts.some(([, updated]) => updated > 0);
    } catch {
      return false;
    }
  }

  /** The stacks are updated once nothing has changed for a while, so that the next change does not wait. */
  #catchUpLater(): void {
    const { signal } = this.#ended;
    const paused = new AbortController();
    const updated = delay(CATCH_UP_MS, undefined, {
      signal: AbortSignal.any([signal, paused.signal]),
    })
      .then(() => this.#catchUp(paused.signal))
      .catch((error: unknown) => {
        if (!paused.signal.aborted) this.#reportFailure(error);
      });
    this.#pauseCatchUp = async () => {
      paused.abort();
      await updated;
    };
  }

  /** What the app is made of has changed, so the process that has it loaded is started again. */
  async #updateAll(current: Sources, startedAt: number): Promise<void> {
    const { runtime, assembly, context, terminal } = this.#options;
    const { signal } = this.#ended;
    await terminal.during('Synthesize the app (cdk synth)', () =>
      runCdkSynth(assembly, context, signal),
    );
    await this.#live.end();
    this.#live = this.#load();
    this.#isAsAssembly = this.#compareAssembly(current);
    const { stacks } = await runtime.update(assembly);
    this.#stale.clear();
    for (const stack of stacks) this.#report(stack, startedAt);
  }

  /** A file that is edited before the process has read it would not differ from what it has loaded. */
  async #compareAssembly(sources: Sources): Promise<boolean> {
    await this.#live.ready.catch(() => {});
    return changedSources(sources, readSources(sources)).length === 0;
  }

  async #updateStale(startedAt: number): Promise<void> {
    if (this.#stale.size > 0) await this.#update([...this.#stale], startedAt);
  }

  /** One stack after the other, so that the app answers in between. */
  async #catchUp(paused: AbortSignal): Promise<void> {
    for (const stack of [...this.#stale]) {
      if (paused.aborted) return;
      await this.#update([stack], performance.now());
    }
  }

  async #update(stale: readonly string[], startedAt: number): Promise<void> {
    const { runtime, assembly } = this.#options;
    const { stacks } = await runtime.update(assembly, stale);
    for (const stack of stale) this.#stale.delete(stack);
    for (const stack of stacks) this.#report(stack, startedAt);
  }

  #report({ stackName, created, updated, removed }: StackCounts, startedAt: number): void {
    if (created + updated + removed === 0) return;
    const duration = seconds(performance.now() - startedAt);
    const counts = `${created} created, ${updated} changed, ${removed} removed`;
    this.#options.terminal.note(
      `${green('✓')} ${bold(stackName)} ${dim(`${counts}, after ${duration}`)}`,
    );
  }

  #reportFailure(error: unknown): void {
    if (this.#ended.signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#options.terminal.note(
      `${red('✗')} The running app stays as it was. ${visibleText(message)}`,
    );
  }
}

type StackCounts = Pick<StackReport, 'stackName' | 'created' | 'updated' | 'removed'>;
