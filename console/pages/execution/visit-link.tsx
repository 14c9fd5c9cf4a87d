import Link from '@cloudscape-design/components/link';
import { useSelect } from './selection.ts';
import type { Visit } from './visits.ts';

/** Selects a visit of a state. */
export function VisitLink({ visit: { state, id } }: { readonly visit: Visit }) {
  const { select, hrefOf } = useSelect();
  return (
    <Link
      href={hrefOf({ state, visit: id })}
      onFollow={(event) => {
        event.preventDefault();
        select({ state, visit: id });
      }}
    >
      {state}
    </Link>
  );
}
