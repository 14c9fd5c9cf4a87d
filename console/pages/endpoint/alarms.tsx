import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { Empty } from '../../parts/empty.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import type { ServingType } from '../../parts/serving.ts';
import { Status } from '../../parts/status.tsx';
import { shortenReason } from './shorten-reason.ts';

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

interface AlarmsProps {
  readonly of: readonly Alarm[];
  readonly type: ServingType;
}

/** What takes a new model back while it bakes. */
export function Alarms({ of, type }: AlarmsProps) {
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
      {
        id: 'reason',
        header: 'Reason',
        minWidth: 180,
        cell: ({ reason }) => <Reason of={reason} />,
      },
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
      empty={<NoAlarm type={type} />}
      ariaLabels={{ tableLabel: 'Rollback alarms' }}
    />
  );
}

function NoAlarm({ type }: Pick<AlarmsProps, 'type'>) {
  return type === 'serverless' ? (
    <Empty title="A serverless endpoint has none">
      The promotion asks it about rows whose answers are known, and takes a wrong model back.
    </Empty>
  ) : (
    <Empty title="No alarm yet">They are made when the project is deployed.</Empty>
  );
}

/** What it watches in words, and its formula. */
function Rule({ of }: { readonly of: Alarm }) {
  // What follows is of all of them, and above the table.
  const [words = ''] = of.description?.split('. ') ?? [];
  const rule = describeRule(of);
  const formula = <code style={{ overflowWrap: 'anywhere' }}>{rule}</code>;
  if (words === '') return formula;
  if (rule.length <= SHORT_RULE) {
    return (
      <>
        <div>{words}</div>
        <Box variant="small">{formula}</Box>
      </>
    );
  }
  return (
    <>
      <div>
        {words} <code>{describeBound(of)}</code>
      </div>
      <details>
        <summary style={{ cursor: 'pointer' }}>Formula</summary>
        <Box variant="small">{formula}</Box>
      </details>
    </>
  );
}

/** Longer ones are shown when they are asked for. */
const SHORT_RULE = 40;

/** CloudWatch's words, which list each minute. */
function Reason({ of }: { readonly of: string }) {
  return <span title={of}>{shortenReason(of)}</span>;
}

function describeRule(alarm: Alarm): string {
  const { metric, threshold } = alarm;
  if (metric === undefined || threshold === undefined) return '–';
  return `${metric} ${describeBound(alarm)}`;
}

function describeBound({ comparison = '', threshold }: Alarm): string {
  return `${COMPARISONS[comparison] ?? comparison} ${threshold}`;
}
