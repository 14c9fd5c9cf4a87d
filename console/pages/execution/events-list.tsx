import Link from '@cloudscape-design/components/link';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import type { HistoryEvent } from '../../../engine/replay/index.ts';
import { Empty } from '../../parts/empty.tsx';
import { describeDuration } from '../../parts/moment.tsx';
import { VirtualRows } from '../../parts/virtual-rows.tsx';
import { EVENT_FILTERS, type EventFilter, filterEvents } from './event-filter.ts';
import { useSelect } from './selection.ts';
import type { Visit } from './visits.ts';

interface EventsListProps {
  readonly events: readonly HistoryEvent[];
  readonly visits: readonly Visit[];
  readonly at: number;
  readonly startedAt: number;
  readonly filter: EventFilter | undefined;
}

const COLUMNS = [
  { header: 'Event', width: '60px' },
  { header: 'Type', width: 'minmax(150px, 1fr)' },
  { header: 'State', width: 'minmax(130px, 1fr)' },
  { header: 'After', width: '85px' },
  { header: 'Details', width: 'minmax(120px, 2fr)' },
];
/** Only executions with a Map or a Parallel have it. */
const COLUMNS_WITH_BRANCH = COLUMNS.toSpliced(-1, 0, { header: 'Branch', width: '60px' });

/** Step Functions' own events; each shows the execution as it was then. */
export function EventsList({ events: all, visits, at, startedAt, filter }: EventsListProps) {
  const { select } = useSelect();
  const events = useMemo(
    () => (filter === undefined ? all : filterEvents(all, visits, filter)),
    [all, visits, filter],
  );
  return (
    <SpaceBetween size="s">
      <SegmentedControl
        label="Events that are shown"
        selectedId={filter ?? ALL}
        options={FILTERS}
        onChange={({ detail }) =>
          select({ only: EVENT_FILTERS.find((each) => each === detail.selectedId) })
        }
      />
      <Events key={filter} events={events} at={at} startedAt={startedAt} />
    </SpaceBetween>
  );
}

const ALL = 'all';
const FILTERS = [
  { id: ALL, text: 'All' },
  { id: 'failed', text: 'Failed' },
  { id: 'retried', text: 'Retried' },
  { id: 'caught', text: 'Caught' },
];

interface EventsProps {
  readonly events: readonly HistoryEvent[];
  readonly at: number;
  readonly startedAt: number;
}

function Events({ events, at, startedAt }: EventsProps) {
  const { select, hrefOf } = useSelect();
  const hasBranches = events.some(({ frame }) => frame !== 0);
  return (
    <VirtualRows
      label="Events"
      columns={hasBranches ? COLUMNS_WITH_BRANCH : COLUMNS}
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
          ...(hasBranches ? [frame === 0 ? '' : frame] : []),
          <code key="details">{describeDetails(details)}</code>,
        ];
      }}
      empty={
        <Empty title="No such event">Choose another filter, or wait for the first event.</Empty>
      }
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
