import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { Empty } from '../../parts/empty.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { Status } from '../../parts/status.tsx';

type Alarm = Schemas['RollbackAlarm'];

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '≥',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '≤',
};

/** The state of an alarm that has no data, by its setting `TreatMissingData`. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  breaching: 'In alarm',
  notBreaching: 'OK',
  ignore: 'As it was',
  missing: 'Not enough data',
};

/** What takes a new model back while it bakes. */
export function Alarms({ of }: { readonly of: readonly Alarm[] }) {
  const columns = useColumnsWithRoom<TableProps.ColumnDefinition<Alarm>>(
    [
      { id: 'name', header: 'Alarm', minWidth: 150, isRowHeader: true, cell: ({ name }) => name },
      { id: 'state', header: 'State', minWidth: 120, cell: ({ state }) => <Status of={state} /> },
      {
        id: 'rule',
        header: 'In alarm when',
        minWidth: 190,
        cell: (alarm) => <Rule of={alarm} />,
      },
      {
        id: 'missing',
        header: 'Without data',
        cell: ({ treatMissingData = 'missing' }) =>
          WITHOUT_DATA[treatMissingData] ?? treatMissingData,
      },
      {
        id: 'since',
        header: 'Since',
        cell: ({ since }) => (since === undefined ? '–' : <Moment at={since} />),
      },
      { id: 'reason', header: 'Reason', minWidth: 180, cell: ({ reason }) => reason },
    ],
    ['missing', 'since'],
  );
  return (
    <Table
      header={
        <Header variant="h2" description="One in alarm takes a new model back while it bakes.">
          Rollback alarms
        </Header>
      }
      items={of}
      trackBy="name"
      wrapLines
      columnDefinitions={columns}
      empty={<Empty title="No alarm yet">They are made with the endpoint.</Empty>}
      ariaLabels={{ tableLabel: 'Rollback alarms' }}
    />
  );
}

/** What it watches in words, and its formula. */
function Rule({ of }: { readonly of: Alarm }) {
  // What follows is of all of them, and above the table.
  const [words = ''] = of.description?.split('. ') ?? [];
  const formula = <code style={{ overflowWrap: 'anywhere' }}>{describeRule(of)}</code>;
  return words === '' ? (
    formula
  ) : (
    <>
      <div>{words}</div>
      <Box variant="small">{formula}</Box>
    </>
  );
}

function describeRule({ metric, comparison = '', threshold }: Alarm): string {
  if (metric === undefined || threshold === undefined) return '–';
  return `${metric} ${COMPARISONS[comparison] ?? comparison} ${threshold}`;
}
