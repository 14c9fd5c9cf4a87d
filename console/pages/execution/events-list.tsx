import Link from '@cloudscape-design/components/link';
import type { HistoryEvent } from '../../../engine/replay/index.ts';
import { Empty } from '../../parts/empty.tsx';
import { describeDuration } from '../../parts/moment.tsx';
import { VirtualRows } from '../../parts/virtual-rows.tsx';
import { useSelect } from './selection.ts';

interface EventsListProps {
  readonly events: readonly HistoryEvent[];
  readonly at: number;
}

const COLUMNS = [
  { header: 'Event', width: '70px' },
  { header: 'Type', width: 'minmax(180px, 1fr)' },
  { header: 'State', width: 'minmax(140px, 1fr)' },
  { header: 'After', width: '100px' },
  { header: 'Branch', width: '60px' },
  { header: 'Details', width: '2fr' },
];

/** Step Functions' own events; each shows the execution as it was then. */
export function EventsList({ events, at }: EventsListProps) {
  const { select, hrefOf } = useSelect();
  const startedAt = events[0]?.timestamp ?? 0;
  return (
    <VirtualRows
      label="Events"
      columns={COLUMNS}
      count={events.length}
      isSelected={(index) => events[index]?.id === at}
      cells={(index) => {
        const event = events[index];
        if (event === undefined) return [];
        const { id, type, timestamp, frame, details } = event;
        return [
          <Link
            key="id"
            href={hrefOf({ at: id })}
            ariaLabel={`Show the execution after event ${id}`}
            onFollow={(followed) => {
              followed.preventDefault();
              select({ at: id });
            }}
          >
            {id}
          </Link>,
          type,
          details.name ?? '',
          describeDuration(timestamp - startedAt),
          frame === 0 ? '' : frame,
          <code key="details">{describeDetails(details)}</code>,
        ];
      }}
      empty={<Empty title="No event yet">The first event appears within seconds.</Empty>}
    />
  );
}

const SHOWN_CHARACTERS = 200;

function describeDetails({ error, cause, document, resource, assigned }: HistoryEvent['details']) {
  const document_ = typeof document === 'string' ? document : undefined;
  const variables = assigned === undefined ? undefined : Object.keys(assigned).join(', ');
  const parts = [error, cause, resource, variables && `assigns ${variables}`, document_];
  return parts
    .filter((part) => part !== undefined && part !== '')
    .join(' · ')
    .slice(0, SHOWN_CHARACTERS);
}
