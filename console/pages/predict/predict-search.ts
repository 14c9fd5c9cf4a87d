export const WAYS = ['form', 'row', 'file'] as const;

type Way = (typeof WAYS)[number];

/** How records are given. */
export interface PredictSearch {
  readonly by?: Exclude<Way, 'form'>;
}

/** Reads the query of the page's address; what it does not know is left out. */
export function readPredictSearch({ by }: Readonly<Record<string, unknown>>): PredictSearch {
  return by === 'row' || by === 'file' ? { by } : {};
}
