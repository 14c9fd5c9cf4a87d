/**
 * Lists of executions that are read each second, of the five that an account has after 200 at once. What changes gets
 * up to three of them, so that it is read each second; the others are for what is quiet.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const READ_A_SECOND = 5;
const FOR_CHANGES_A_SECOND = 3;
const SECOND_MS = 1_000;

/** How often things are read of which there are many: those that change often, the quiet ones as often as is left. */
export class ReadingPace {
  readonly #changing = new Set<string>();

  /**
   * Remembers whether something changes now.
   *
   * @returns whether it did before, and has ended
   */
  note(name: string, isChanging: boolean): boolean {
    if (isChanging) this.#changing.add(name);
    else return this.#changing.delete(name);
    return false;
  }

  /** How long an answer about one of so many things is kept, in milliseconds. */
  keptMs(name: string, count: number): number {
    const changing = this.#changing.size;
    const [shared, aSecond] = this.#changing.has(name)
      ? [changing, FOR_CHANGES_A_SECOND]
      : [count - changing, READ_A_SECOND - Math.min(changing, FOR_CHANGES_A_SECOND)];
    return Math.max(SECOND_MS, (shared * SECOND_MS) / aSecond);
  }
}
