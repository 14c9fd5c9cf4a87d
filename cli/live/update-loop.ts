/** What `UpdateLoop` needs of the app. */
export interface LoopedApp<State, Preparation> {
  /** The sources as they are now. */
  read(): State;
  /** The paths that differ. */
  compare(former: State, current: State): readonly string[];
  /** Whether something writes many files now, as `git checkout` does. */
  isBusy(): boolean;
  /** Begins an update. Unless nothing more changes, another preparation follows, and this one is not applied. */
  prepare(changed: readonly string[]): Preparation;
  /** Brings the app up to date. @returns whether the app now is what the sources say */
  apply(current: State, preparation: Preparation): Promise<boolean>;
  /** Resolves after a time. */
  wait(milliseconds: number): Promise<void>;
}

/** An editor that truncates a file writes it within this time; the update is prepared afterwards. */
const WRITE_MS = 5;
/** A burst of changes is over when nothing has changed for this long after `WRITE_MS`. */
const SETTLE_MS = 15;

/** An update that is prepared and not applied yet. */
interface Begun<State, Preparation> {
  readonly changed: readonly string[];
  readonly current: State;
  readonly preparation: Preparation;
}

/**
 * Decides when the app is updated: once for a burst of changes, again for changes during an update, and not
 * again for sources that were refused until one of them changes. An update is prepared while the burst settles.
 */
export class UpdateLoop<State, Preparation> {
  readonly #app: LoopedApp<State, Preparation>;
  /** What the app runs. */
  #applied: State;
  /** What was last prepared, applied or refused. */
  #tried: State;
  #begun: Begun<State, Preparation> | undefined;
  #hints = 0;
  #running: Promise<void> | undefined;

  /** @param applied the sources that the app was made of */
  constructor(app: LoopedApp<State, Preparation>, applied: State) {
    this.#app = app;
    this.#applied = applied;
    this.#tried = applied;
  }

  /** Something may have changed. */
  hint(): void {
    this.#hints += 1;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves once every change up to now is applied or refused. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    let seen = -1;
    while (seen !== this.#hints) {
      seen = this.#hints;
      if (await this.#isQuiet(WRITE_MS)) {
        this.#begin();
        if (await this.#isQuiet(SETTLE_MS)) await this.#update();
      }
      if (this.#app.isBusy()) seen = -1;
    }
  }

  async #isQuiet(milliseconds: number): Promise<boolean> {
    const seen = this.#hints;
    await this.#app.wait(milliseconds);
    return seen === this.#hints && !this.#app.isBusy();
  }

  #begin(): void {
    const current = this.#app.read();
    const sinceTried = this.#app.compare(this.#tried, current);
    if (sinceTried.length === 0) return;
    this.#tried = current;
    // An update that was refused or not applied may have left something of it, so what was taken back since is named, too.
    const all = [
      ...this.#app.compare(this.#applied, current),
      ...sinceTried,
      ...(this.#begun?.changed ?? []),
    ];
    const changed = [...new Set(all)].sort();
    this.#begun = { changed, current, preparation: this.#app.prepare(changed) };
  }

  async #update(): Promise<void> {
    // What changed without a hint.
    this.#begin();
    if (this.#begun === undefined) return;
    const { current, preparation } = this.#begun;
    this.#begun = undefined;
    if (await this.#app.apply(current, preparation)) this.#applied = current;
  }
}
