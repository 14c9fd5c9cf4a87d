import Pagination from '@cloudscape-design/components/pagination';
import { useSelect } from './selection.ts';
import type { Visit } from './visits.ts';

interface VisitChoiceProps {
  readonly visits: readonly Visit[];
  readonly visit: Visit;
}

/** One of the times that a state was entered. */
export function VisitChoice({ visits, visit }: VisitChoiceProps) {
  const { select } = useSelect();
  return (
    <Pagination
      currentPageIndex={visits.indexOf(visit) + 1}
      pagesCount={visits.length}
      ariaLabels={{
        paginationLabel: 'Visits of the state',
        previousPageLabel: 'Visit before',
        nextPageLabel: 'Visit after',
        pageLabel: (page) => `Visit ${page} of ${visits.length}`,
      }}
      onChange={({ detail }) => {
        const chosen = visits[detail.currentPageIndex - 1];
        if (chosen !== undefined) select({ state: chosen.state, visit: chosen.id });
      }}
    />
  );
}
