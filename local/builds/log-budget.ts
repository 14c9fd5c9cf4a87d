/** Output of commands beyond it is dropped, and the last line says how much. */
const MAX_LOGGED_BYTES = 64 * 1024 * 1024;

/** How much of the output of commands is still kept: they can write for hours. */
export class LogBudget {
  #loggedBytes = 0;
  #dropped = 0;

  /** Whether a line is kept. */
  keeps(line: string): boolean {
    this.#loggedBytes += Buffer.byteLength(line);
    if (this.#loggedBytes <= MAX_LOGGED_BYTES) return true;
    this.#dropped += 1;
    return false;
  }

  /** The last line of the log, if lines are missing. */
  get note(): string | undefined {
    return this.#dropped === 0
      ? undefined
      : `stepmill: ${this.#dropped} lines after the first ${MAX_LOGGED_BYTES} bytes were not kept.`;
  }
}
