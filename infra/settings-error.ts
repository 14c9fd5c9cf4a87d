/** All mistakes in the settings of a deployment at once. */
export class SettingsError extends Error {
  readonly mistakes: readonly string[];

  /** @param mistakes each begins with its `-c`, or with its place in `stepmill.config.ts` */
  constructor(mistakes: readonly string[]) {
    super(
      [
        `The settings have ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was synthesized.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
      ].join('\n'),
    );
    this.name = 'SettingsError';
    this.mistakes = mistakes;
  }
}
