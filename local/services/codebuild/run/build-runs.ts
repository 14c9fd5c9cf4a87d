import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { WebRequest, WebResponse } from '../../../cloud/web.ts';
import { DiscardedFolders, Slots } from '../../../jobs/index.ts';
import { publishBuildState } from '../build-events.ts';
import type { BuildRecord, CodeBuildStore } from '../store.ts';
import { BuildRun } from './build-run.ts';
import { BuildWaits } from './build-waits.ts';

/** The maximum number of concurrent builds; further ones wait in QUEUED. */
const MAX_BUILDS = Math.max(2, availableParallelism());

/** Runs builds in the background, each once. */
export class BuildRuns {
  readonly #cloud: Cloud;
  readonly #store: CodeBuildStore;
  readonly #runs = new Map<string, BuildRun>();
  readonly #ends = new Set<Promise<void>>();
  readonly #slots = new Slots(MAX_BUILDS);
  readonly #folder: string;
  readonly #waits: BuildWaits;
  readonly #discarded: DiscardedFolders;
  #isHalted = false;

  constructor(cloud: Cloud, store: CodeBuildStore) {
    this.#cloud = cloud;
    this.#store = store;
    this.#folder = join(cloud.stateFolder, 'codebuild');
    this.#waits = new BuildWaits(cloud);
    this.#discarded = new DiscardedFolders(join(cloud.stateFolder, 'codebuild-discarded'), cloud);
  }

  /** Stores a new build and runs it. */
  begin(build: BuildRecord): void {
    this.#store.putBuild(build);
    publishBuildState(this.#cloud, build);
    this.#run(build);
  }

  /** Ends a build; one that has ended stays as it is. */
  stop(build: BuildRecord): BuildRecord {
    this.#runs.get(build.id)?.stop('STOPPED');
    return this.#store.build(build.id) ?? build;
  }

  /** Runs the builds of a former runtime, whose commands ended with it, from their first phase. */
  resume(): void {
    this.#discarded.sweep();
    for (const build of this.#store.builds()) {
      if (build.endedAt !== undefined) continue;
      const again = { ...build, phases: [], exported: [], uploaded: [], reportArns: [] };
      this.#store.putBuild(again);
      this.#run(again);
    }
  }

  /** The requests of commands that only wait. */
  web(request: WebRequest): Promise<WebResponse> | undefined {
    return this.#waits.web(request);
  }

  /** Starts no build any more, and changes no record. */
  halt(): void {
    this.#isHalted = true;
    this.#discarded.halt();
  }

  /** Kills the commands of all builds. */
  async end(): Promise<void> {
    for (const run of this.#runs.values()) run.abandon();
    await Promise.all(this.#ends);
  }

  #run(build: BuildRecord): void {
    const folder = join(this.#folder, build.id.slice(build.id.indexOf(':') + 1));
    const run = new BuildRun(
      {
        cloud: this.#cloud,
        store: this.#store,
        current: () => this.#store.build(build.id) ?? build,
        change: (change) => this.#change(build, change),
      },
      build,
      folder,
    );
    this.#runs.set(build.id, run);
    const end = this.#inTurn(run, folder)
      .catch((error: unknown) => {
        this.#cloud.logger.error(
          { build: build.id, error: String(error) },
          'A build failed to run',
        );
      })
      .finally(() => {
        this.#runs.delete(build.id);
        this.#ends.delete(end);
      });
    this.#ends.add(end);
  }

  async #inTurn(run: BuildRun, folder: string): Promise<void> {
    run.enterQueue();
    const hasSlot = await this.#slots.take(run.stopping);
    // Commands take real time, so a faster clock must wait for them.
    const { address, clock } = this.#waits.hold();
    try {
      // A killed runtime leaves what the commands had written, and they run again from the first one.
      await this.#discarded.discard(folder);
      if (!this.#isHalted) await run.run(address);
      await this.#discarded.discard(folder);
    } finally {
      clock.release();
      if (hasSlot) this.#slots.release();
    }
  }

  #change(build: BuildRecord, change: Partial<BuildRecord>): void {
    if (this.#isHalted) return;
    const current = this.#store.build(build.id) ?? build;
    this.#store.putBuild({ ...current, ...change });
  }
}
