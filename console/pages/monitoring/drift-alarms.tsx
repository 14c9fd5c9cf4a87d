import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Monitoring } from '../../data/monitoring.ts';
import { Empty } from '../../parts/empty.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { Status } from '../../parts/status.tsx';

interface DriftAlarmsProps {
  readonly of: Monitoring['alarms'];
  readonly settings: NonNullable<Monitoring['settings']>;
}

type DriftAlarm = Monitoring['alarms'][number];

const COLUMNS: readonly TableProps.ColumnDefinition<DriftAlarm>[] = [
  { id: 'name', header: 'Alarm', isRowHeader: true, minWidth: 150, cell: ({ name }) => name },
  { id: 'state', header: 'State', minWidth: 130, cell: ({ state }) => <Status of={state} /> },
  {
    id: 'since',
    header: 'Since',
    cell: ({ since }) => (since === undefined ? '–' : <Moment at={since} />),
  },
  { id: 'reason', header: 'Reason', minWidth: 200, cell: ({ reason }) => reason },
];

/** What people hear of. */
export function DriftAlarms({ of, settings: { alarm } }: DriftAlarmsProps) {
  const columns = useColumnsWithRoom(COLUMNS, ['since']);
  const rule = `In alarm when ${alarm.drifted} of the last ${alarm.windows} windows of the schedule drifted, or were below the gate.`;
  return (
    <Table
      header={
        <Header variant="h2" description={rule}>
          Alarms
        </Header>
      }
      items={of}
      trackBy="name"
      wrapLines
      columnDefinitions={columns}
      empty={<Empty title="No alarm yet">They are made when the project is deployed.</Empty>}
      ariaLabels={{ tableLabel: 'Alarms' }}
    />
  );
}
