/** What `UpdateLoop` needs of the app. */
export interface LoopedApp<State> {
  /** The sources as they are now. */
  read(): State;
  /** The paths that differ. */
  compare(former: State, current: State): readonly string[];
  /** Whether something writes many files now, as `git checkout` does. */
  isBusy(): boolean;
  /** Brings the app up to date. @returns whether the app now is what the sources say */
  apply(changed: readonly string[], current: State): Promise<boolean>;
  /** Resolves after a time. */
  wait(milliseconds: number): Promise<void>;
}

/** A burst of changes is over when nothing has changed for this long. */
const SETTLE_MS = 20;

/**
 * Decides when the app is updated: once for a burst of changes, again for changes during an update, and not
 * again for sources that were refused until one of them changes.
 */
export class UpdateLoop<State> {
  readonly #app: LoopedApp<State>;
  /** What the app runs. */
  #applied: State;
  /** What was last applied or refused. */
  #tried: State;
  #hints = 0;
  #running: Promise<void> | undefined;

  /** @param applied the sources that the app was made of */
  constructor(app: LoopedApp<State>, applied: State) {
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
      await this.#app.wait(SETTLE_MS);
      if (this.#app.isBusy()) seen = -1;
      else if (seen === this.#hints) await this.#update();
    }
  }

  async #update(): Promise<void> {
    const current = this.#app.read();
    const sinceTried = this.#app.compare(this.#tried, current);
    if (sinceTried.length === 0) return;
    this.#tried = current;
    // A refused update may have left something of it, so what was taken back since is named, too.
    const changed = new Set([...this.#app.compare(this.#applied, current), ...sinceTried]);
    if (await this.#app.apply([...changed].sort(), current)) this.#applied = current;
  }
}
