/** What the form begins with. */
export interface StartTrainingSearch {
  readonly project?: string;
  /** The upload. */
  readonly dataset?: string;
}

/** Reads the query of the page's address; what it does not know is left out. */
export function readStartTrainingSearch({
  project,
  dataset,
}: Readonly<Record<string, unknown>>): StartTrainingSearch {
  return {
    ...(typeof project === 'string' ? { project } : {}),
    ...(typeof dataset === 'string' ? { dataset } : {}),
  };
}
