/** Which decision is looked at. */
export interface DecideSearch {
  readonly as: 'approve' | 'reject';
}

export function readDecideSearch({ as }: Readonly<Record<string, unknown>>): DecideSearch {
  return { as: as === 'reject' ? 'reject' : 'approve' };
}
