import Box from '@cloudscape-design/components/box';
import Table from '@cloudscape-design/components/table';
import type { PredictionAnswer, PredictionForm, PredictionRecord } from '../../data/predictions.ts';
import { SignedBar } from '../../parts/bars.tsx';
import { renderNumber } from '../../parts/numbers.ts';

interface FactorsProps {
  readonly factors: NonNullable<PredictionAnswer['predictions'][number]['riskFactors']>;
  readonly record: PredictionRecord;
  readonly problem: PredictionForm['problem'];
}

/** The columns that moved the prediction most. */
export function Factors({ factors, record, problem }: FactorsProps) {
  const largest = Math.max(...factors.map(({ contribution }) => Math.abs(contribution)));
  const unit = problem === 'regression' ? 'in units of the prediction' : 'in log-odds';
  return (
    <Table
      variant="embedded"
      header={<Box variant="h3">Factors</Box>}
      items={factors}
      trackBy="column"
      columnDefinitions={[
        { id: 'column', header: 'Column', isRowHeader: true, cell: ({ column }) => column },
        { id: 'value', header: 'Value', cell: ({ column }) => record[column] ?? 'missing' },
        {
          id: 'bar',
          header: `Moves it, ${unit}`,
          cell: ({ contribution }) => (
            <SignedBar
              share={largest === 0 ? 0 : contribution / largest}
              text={`${contribution > 0 ? '+' : ''}${renderNumber(contribution)}`}
            />
          ),
        },
      ]}
      wrapLines
      ariaLabels={{ tableLabel: 'Factors' }}
    />
  );
}
