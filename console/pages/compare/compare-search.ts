/** Which versions are compared. */
export interface CompareSearch {
  readonly a?: string;
  readonly b?: string;
}

export function readCompareSearch({ a, b }: Readonly<Record<string, unknown>>): CompareSearch {
  return { ...(typeof a === 'string' ? { a } : {}), ...(typeof b === 'string' ? { b } : {}) };
}
