import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { ValueDistribution } from '../../parts/distribution-plot.tsx';
import { renderNumber } from '../../parts/numbers.ts';
import { RangeBar } from '../../parts/range-bar.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { countsOf } from './column-counts.ts';

type ProfileData = NonNullable<Schemas['Dataset']['profile']>;
type Column = ProfileData['columns'][number];

/** What inspection found in each column. */
export function Profile({
  of: { columns: profiled, rows, excludedRows },
}: {
  readonly of: ProfileData;
}) {
  const left = excludedRows === undefined ? '' : `; ${excludedRows} are left out by the project`;
  const columns = useColumnsWithRoom<TableProps.ColumnDefinition<Column>>(
    [
      { id: 'name', header: 'Column', isRowHeader: true, cell: ({ name }) => name },
      { id: 'type', header: 'Type', cell: describeType },
      {
        id: 'missing',
        header: 'Missing',
        cell: ({ missing }) => (missing === 0 ? '0' : `${missing} (${share(missing, rows)})`),
      },
      { id: 'found', header: 'Found', cell: describeFound },
      {
        id: 'distribution',
        header: 'Distribution',
        minWidth: 200,
        cell: (column) => <ColumnDistribution of={column} />,
      },
      {
        id: 'range',
        header: 'Within what is allowed',
        cell: (column) => <Range of={column} />,
      },
    ],
    ['range'],
  );
  return (
    <Table
      header={
        <Header variant="h2" description={`${rows.toLocaleString('en')} rows${left}`}>
          Columns
        </Header>
      }
      items={profiled}
      trackBy="name"
      columnDefinitions={columns}
      wrapLines
      ariaLabels={{ tableLabel: 'Columns' }}
    />
  );
}

function ColumnDistribution({ of: column }: { readonly of: Column }) {
  return <ValueDistribution name={`Distribution of ${column.name}`} of={countsOf(column)} />;
}

function share(part: number, whole: number): string {
  return `${renderNumber((100 * part) / whole)} %`;
}

function describeType({ type, ignore, optional }: Column): string {
  const remarks = [
    ...(optional === true ? ['optional'] : []),
    ...(ignore === true ? ['not used'] : []),
  ];
  return remarks.length === 0 ? type : `${type} (${remarks.join(', ')})`;
}

function describeFound({ observedMinimum, observedMaximum, distinctValues }: Column): string {
  if (observedMinimum !== undefined && observedMaximum !== undefined) {
    return `${renderNumber(observedMinimum)} to ${renderNumber(observedMaximum)}`;
  }
  return distinctValues === undefined ? '–' : `${distinctValues} different values`;
}

function Range({ of }: { readonly of: Column }) {
  const { minimum, maximum, observedMinimum, observedMaximum, values } = of;
  if (values !== undefined) return values.join(', ');
  if (
    minimum === undefined ||
    maximum === undefined ||
    observedMinimum === undefined ||
    observedMaximum === undefined
  ) {
    return '–';
  }
  return <RangeBar range={[minimum, maximum]} found={[observedMinimum, observedMaximum]} />;
}
