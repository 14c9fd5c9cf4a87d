/** All mistakes of all files of the app at once. */
export class ProjectFilesError extends Error {
  override readonly name = 'ProjectFilesError';

  readonly mistakes: readonly string[];

  /**
   * @param mistakes one text a file or a mistake; each begins with the path of its file
   * @param subject what has them
   */
  constructor(mistakes: readonly string[], subject = 'The projects have', options?: ErrorOptions) {
    super(
      [
        `${subject} ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was synthesized.`,
        ...mistakes.map((mistake) => `  ${mistake.replaceAll('\n', '\n  ')}`),
      ].join('\n'),
      options,
    );
    this.mistakes = mistakes;
  }
}
