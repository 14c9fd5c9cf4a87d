import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { PredictionForm } from '../../data/predictions.ts';
import { renderNumber } from '../../parts/numbers.ts';
import { renderValue } from './answer.tsx';
import type { TableRow } from './read-table.ts';
import { renderAnswers } from './render-answers.ts';
import type { RowAnswer } from './use-batch.ts';

const PAGE_ROWS = 50;

interface AnswersProps {
  readonly form: PredictionForm;
  readonly rows: readonly TableRow[];
  readonly answers: ReadonlyMap<number, RowAnswer>;
}

/** A row and what became of it. */
interface Line extends TableRow {
  readonly answer: RowAnswer | undefined;
}

/** The rows of a file with their answers. */
export function Answers({ form, rows, answers }: AnswersProps) {
  const [page, setPage] = useState(1);
  const lines = rows.map((row): Line => ({ ...row, answer: answers.get(row.line) }));
  const shown = lines.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
  const download = () =>
    save(`${form.project}-predictions.csv`, renderAnswers(form, rows, answers));
  return (
    <Table
      header={
        <Header
          variant="h2"
          counter={`(${rows.length})`}
          actions={
            <Button
              iconName="download"
              disabled={answers.size === 0}
              disabledReason="Predict first."
              onClick={download}
            >
              Download CSV
            </Button>
          }
        >
          Rows
        </Header>
      }
      items={shown}
      trackBy={({ line }) => String(line)}
      columnDefinitions={columnsOf(form)}
      pagination={
        rows.length > PAGE_ROWS && (
          <Pagination
            currentPageIndex={page}
            pagesCount={Math.ceil(rows.length / PAGE_ROWS)}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        )
      }
      wrapLines
      ariaLabels={{ tableLabel: 'Rows' }}
    />
  );
}

function columnsOf({ label, problem }: PredictionForm): TableProps.ColumnDefinition<Line>[] {
  return [
    { id: 'line', header: 'Line', isRowHeader: true, width: 80, cell: ({ line }) => line },
    { id: 'answer', header: `Predicted ${label}`, cell: (line) => <Outcome of={line} /> },
    ...(problem === 'regression'
      ? []
      : [
          {
            id: 'probability',
            header: 'Probability',
            cell: ({ answer }: Line) =>
              answer?.probability === undefined ? '–' : renderNumber(answer.probability),
          },
        ]),
    {
      id: 'confidence',
      header: 'Confidence',
      cell: ({ answer }) => answer?.confidence?.level ?? '–',
    },
    {
      id: 'factors',
      header: 'Main factors',
      cell: ({ answer }) =>
        answer?.riskFactors
          ?.slice(0, 3)
          .map(({ column }) => column)
          .join(', ') ?? '–',
    },
  ];
}

function Outcome({ of: { answer, mistakes } }: { readonly of: Line }) {
  const wrong = Object.entries(mistakes).map(([name, mistake]) => `${name} ${mistake}`);
  if (wrong.length > 0) {
    return <StatusIndicator type="error">Not sent: {wrong.join('; ')}</StatusIndicator>;
  }
  if (answer === undefined) return <Box color="text-status-inactive">Not asked yet</Box>;
  return (
    <>
      <Box variant="strong">{renderValue(answer.prediction)}</Box>
      {answer.outOfRange !== undefined && (
        <div>
          <StatusIndicator type="warning">
            Outside its range: {answer.outOfRange.join(', ')}
          </StatusIndicator>
        </div>
      )}
    </>
  );
}

/** Hands a text to the browser as a file. */
function save(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const anchor = document.createElement('a');
  anchor.href = href;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(href);
}
