import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { describeBound } from '../../parts/gate-bound.ts';
import { renderNumber } from '../../parts/numbers.ts';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { BoundScale } from './bound-scale.tsx';

type Comparison = Schemas['ModelComparison'];

/** Each metric of both versions, with the bound of the gate. */
export function MetricDifferences({ of }: { readonly of: Comparison }) {
  const { one, other, metrics } = of;
  const columns = useColumnsWithRoom<TableProps.ColumnDefinition<Comparison['metrics'][number]>>(
    [
      { id: 'metric', header: 'Metric', isRowHeader: true, cell: ({ metric }) => metric },
      { id: 'over', header: 'Over', cell: ({ over }) => over },
      { id: 'one', header: one.version, cell: (metric) => render(metric.one) },
      { id: 'other', header: other.version, cell: (metric) => render(metric.other) },
      { id: 'difference', header: 'Difference', cell: ({ difference }) => signed(difference) },
      { id: 'bound', header: 'Gate', minWidth: 120, cell: ({ bound }) => describeBound(bound) },
      { id: 'scale', header: 'Scale', cell: (metric) => <BoundScale of={metric} /> },
    ],
    ['scale'],
  );
  const isDrawn = columns.some(({ id }) => id === 'scale');
  const legend = `Circles: ${one.version} is hollow, ${other.version} is filled. Lines: the gate's bounds.`;
  return (
    <Table
      header={
        <Header variant="h2" {...(isDrawn ? { description: legend } : {})}>
          Metrics
        </Header>
      }
      items={metrics}
      trackBy={({ metric, over }) => `${metric} ${over}`}
      columnDefinitions={columns}
      wrapLines
      ariaLabels={{ tableLabel: 'Metrics' }}
    />
  );
}

function render(value: number | undefined): string {
  return value === undefined ? '–' : renderNumber(value);
}

function signed(value: number | undefined): string {
  if (value === undefined) return '–';
  return `${value > 0 ? '+' : ''}${renderNumber(value)}`;
}
