import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { ColumnPanel } from './column-panel.tsx';
import { SmallDistribution } from './distribution-plot.tsx';
import { type DriftColumn, slotsOf } from './distributions.ts';
import { DriftVerdict } from './drift-verdict.tsx';
import { Empty } from './empty.tsx';
import { renderNumber } from './numbers.ts';
import { useColumnsWithRoom } from './room.ts';

interface ColumnDriftProps {
  readonly title: string;
  readonly description: string;
  readonly of: readonly DriftColumn[];
  /** The column whose details are shown. */
  readonly selected: string | undefined;
  readonly select: (name: string | undefined) => void;
}

/** Columns, those with the largest effect first, each value beside the threshold that it was held against. */
export function ColumnDrift({ title, description, of, selected, select }: ColumnDriftProps) {
  const ranked = of.toSorted((one, other) => (other.effect.psi ?? -1) - (one.effect.psi ?? -1));
  const columns = useColumnsWithRoom(columnsOf(select), ['q', 'rows']);
  const shown = of.find(({ name }) => name === selected);
  return (
    <>
      <Table
        header={
          <Header variant="h2" description={description}>
            {title}
          </Header>
        }
        items={ranked}
        trackBy="name"
        wrapLines
        columnDefinitions={columns}
        empty={<Empty title="No column">The report compares none.</Empty>}
        ariaLabels={{ tableLabel: title }}
      />
      {shown !== undefined && <ColumnPanel of={shown} close={() => select(undefined)} />}
    </>
  );
}

function columnsOf(
  select: ColumnDriftProps['select'],
): readonly TableProps.ColumnDefinition<DriftColumn>[] {
  return [
    {
      id: 'name',
      header: 'Column',
      isRowHeader: true,
      minWidth: 160,
      cell: ({ name }) => (
        <Button variant="inline-link" onClick={() => select(name)}>
          {name}
        </Button>
      ),
    },
    {
      id: 'verdict',
      header: 'Verdict',
      minWidth: 180,
      cell: ({ verdict }) => <DriftVerdict of={verdict} />,
    },
    {
      id: 'plot',
      header: 'Training rows (grey), now (blue)',
      minWidth: 200,
      cell: (column) => <SmallDistribution name={column.name} of={slotsOf(column)} />,
    },
    {
      id: 'psi',
      header: 'Effect (PSI)',
      minWidth: 110,
      cell: ({ effect }) => held(effect.psi, '>', effect.threshold),
    },
    {
      id: 'q',
      header: 'Chance (q)',
      minWidth: 110,
      cell: ({ significance }) => held(significance.q, '≤', significance.threshold),
    },
    {
      id: 'rows',
      header: 'Rows',
      minWidth: 100,
      cell: ({ rows }) => held(rows.current, '≥', rows.threshold),
    },
  ];
}

/** A value with the bound that it was held against. */
function held(value: number | null, sign: string, threshold: number | null): ReactNode {
  if (value === null) return '–';
  if (threshold === null) return renderNumber(value);
  const bound = `(${sign === '≥' ? 'needs' : 'drift'} ${sign} ${renderNumber(threshold)})`;
  return (
    <>
      {renderNumber(value)} <span style={{ whiteSpace: 'nowrap' }}>{bound}</span>
    </>
  );
}
