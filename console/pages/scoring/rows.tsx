import Badge from '@cloudscape-design/components/badge';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Scoring } from '../../data/scorings.ts';
import { Empty } from '../../parts/empty.tsx';
import { renderNumber } from '../../parts/numbers.ts';

type Results = NonNullable<Scoring['results']>;
type Row = readonly string[];

const ERROR = 'error';

/** Columns of explained answers, in words. */
const NAMES: Readonly<Record<string, string>> = {
  prediction: 'Prediction',
  probability: 'Probability',
  confidence: 'Confidence',
  observed_rate: 'Observed rate',
  support_rows: 'Similar rows',
  lower: 'Lower bound',
  upper: 'Upper bound',
  risk_factors: 'Factors',
  [ERROR]: 'Error',
};

const LEVELS = { high: 'green', medium: 'blue', low: 'severity-medium' } as const;

/** The first rows: the answers, then what was asked. */
export function Rows({ of }: { readonly of: Results }) {
  const { columns, answerColumns, rows } = of.preview;
  const first = columns.length - answerColumns;
  const order = [...columns.keys()]
    .map((_, index) => (index + first) % columns.length)
    // Most files have no row that the model refused.
    .filter((index) => columns[index] !== ERROR || rows.some((row) => row[index] !== ''));
  return (
    <Table<Row>
      header={
        <Header variant="h2" description={describe(of)}>
          Rows
        </Header>
      }
      items={rows}
      columnDefinitions={order.map((index) =>
        defineColumn(columns[index] ?? '', index, index >= first),
      )}
      stickyColumns={{ first: 1 }}
      empty={<Empty title="No row">No row of the file could be scored.</Empty>}
      ariaLabels={{ tableLabel: 'Rows' }}
    />
  );
}

function describe({ explained, preview: { rows, isCutShort } }: Results): string {
  const shown = isCutShort
    ? `The first ${rows.length} rows; all are in predictions.csv.`
    : 'All rows.';
  return explained
    ? `${shown} How sure the model is, how often it was right and on how many rows come from training rows with a similar prediction. Factors are the columns that moved the prediction most: their value, and by how much.`
    : shown;
}

function defineColumn(
  name: string,
  index: number,
  isAnswer: boolean,
): TableProps.ColumnDefinition<Row> {
  return {
    id: `${index}`,
    header: isAnswer ? (NAMES[name] ?? name) : name,
    isRowHeader: isAnswer && name === 'prediction',
    cell: (row) => <Field name={isAnswer ? name : ''} text={row[index] ?? ''} />,
  };
}

function Field({ name, text }: { readonly name: string; readonly text: string }) {
  if (text === '') return '–';
  if (name === 'confidence') {
    return <Badge color={LEVELS[text as keyof typeof LEVELS] ?? 'grey'}>{text}</Badge>;
  }
  if (name === 'risk_factors') {
    return text.split('; ').map((factor) => <div key={factor}>{factor}</div>);
  }
  const number = Number(text);
  return name === '' || Number.isNaN(number) ? text : renderNumber(number);
}
