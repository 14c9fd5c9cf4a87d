import { Empty } from '../../parts/empty.tsx';
import { describeDuration } from '../../parts/moment.tsx';
import { VirtualRows } from '../../parts/virtual-rows.tsx';
import { StateStatusView } from './looks.tsx';
import type { Ending } from './statuses.ts';
import { statusOf } from './statuses.ts';
import { VisitLink } from './visit-link.tsx';
import type { Visit } from './visits.ts';

export interface VisitsProps {
  readonly visits: readonly Visit[];
  readonly endings: readonly Ending[];
  /** The event after which they are shown, and when it was. */
  readonly at: number;
  readonly atTime: number;
  readonly startedAt: number;
  readonly selected: number | undefined;
}

const COLUMNS = [
  { header: 'State', width: 'minmax(130px, 2fr)' },
  { header: 'Type', width: '64px' },
  { header: 'Status', width: 'minmax(120px, 1fr)' },
  { header: 'After', width: '80px' },
  { header: 'Duration', width: '80px' },
  { header: 'Attempts', width: '72px' },
];

/** Each time a state was entered, in this order. */
export function StatesList(props: VisitsProps) {
  const { visits, endings, at, atTime, startedAt, selected } = props;
  return (
    <VirtualRows
      label="States"
      columns={COLUMNS}
      count={visits.length}
      isSelected={(index) => visits[index]?.id === selected}
      cells={(index) => {
        const visit = visits[index];
        if (visit === undefined) return [];
        return [
          <VisitLink key="state" visit={visit} />,
          visit.type,
          <StateStatusView key="status" of={statusOf(visit, endings, at)} />,
          describeDuration(visit.enteredAt - startedAt),
          describeDuration(durationOf(visit, at, atTime)),
          Math.max(1, visit.attempts.filter((id) => id <= at).length),
        ];
      }}
      empty={<Empty title="No state yet">The first state appears within seconds.</Empty>}
    />
  );
}

/** Until it was left, or until now. */
export function durationOf({ enteredAt, exitedId, exitedAt }: Visit, at: number, atTime: number) {
  const end = exitedId !== undefined && exitedId <= at ? exitedAt : undefined;
  return (end ?? atTime) - enteredAt;
}
