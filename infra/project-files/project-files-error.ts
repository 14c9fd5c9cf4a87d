/** All mistakes of all project files at once. */
export class ProjectFilesError extends Error {
  override readonly name = 'ProjectFilesError';

  /** @param mistakes one text a file or a mistake; each begins with `projects/<name>/project.ts` */
  constructor(mistakes: readonly string[]) {
    super(
      [
        `The projects have ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was synthesized.`,
        ...mistakes.map((mistake) => `  ${mistake.replaceAll('\n', '\n  ')}`),
      ].join('\n'),
    );
  }
}
