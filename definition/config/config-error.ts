/** All mistakes of `stepmill.config.ts` at once: field, rule, the value got, what to change. */
export class ConfigError extends Error {
  readonly #mistakes: readonly string[];
  readonly #input: unknown;

  /**
   * @param mistakes each begins with the path of its field
   * @param input what was written, where others find mistakes in it as well
   */
  constructor(mistakes: readonly string[], input?: unknown) {
    super(
      [
        `stepmill.config.ts has ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was synthesized.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
      ].join('\n'),
    );
    this.name = 'ConfigError';
    this.#mistakes = mistakes;
    this.#input = input;
    // Synth ends with it unhandled: Node.js then prints the stack and the error's own fields.
    this.stack = `${this.name}: ${this.message}`;
  }

  get mistakes(): readonly string[] {
    return this.#mistakes;
  }

  get input(): unknown {
    return this.#input;
  }
}
