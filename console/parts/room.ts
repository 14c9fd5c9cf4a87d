import { useSyncExternalStore } from 'react';

/** Below it, a table has no room for columns that only add to others. */
const NARROW = '(max-width: 1000px)';

function subscribe(changed: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/**
 * The columns that a window has room for.
 *
 * @param spared ids of columns that a narrow window does without
 */
export function useColumnsWithRoom<Column extends { readonly id?: string }>(
  columns: readonly Column[],
  spared: readonly string[],
): readonly Column[] {
  const isNarrow = useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
  return isNarrow ? columns.filter(({ id }) => id === undefined || !spared.includes(id)) : columns;
}
