/** Whose scorings are shown. */
export interface ScoringsSearch {
  /** @default the first project that scores files */
  readonly project?: string;
}

export function readScoringsSearch({ project }: Readonly<Record<string, unknown>>): ScoringsSearch {
  return typeof project === 'string' ? { project } : {};
}
