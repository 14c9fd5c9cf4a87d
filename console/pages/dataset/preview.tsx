import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { usePreview } from '../../data/datasets.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';

type PreviewData = Schemas['Preview'];
type Row = PreviewData['rows'][number];

interface PreviewProps {
  readonly project: string;
  readonly dataset: string;
  readonly state: string;
}

/** The first rows of an upload, and the others that inspection refused, with the places marked. */
export function Preview({ project, dataset, state }: PreviewProps) {
  return (
    <Loaded from={usePreview(project, dataset, state)}>
      {(preview) => (
        <Table
          header={
            <Header variant="h2" description={describe(preview)}>
              Rows
            </Header>
          }
          items={preview.rows}
          trackBy={({ line }) => String(line)}
          columnDefinitions={columnsOf(preview)}
          empty={<Empty title="No row">The file has none.</Empty>}
          ariaLabels={{ tableLabel: 'Rows' }}
        />
      )}
    </Loaded>
  );
}

function describe({ rows, marks, isCutShort }: PreviewData): string {
  const shown = `${rows.length} rows${isCutShort ? ' of the file' : ''}`;
  return marks.length === 0 ? shown : `${shown}, with those that inspection refused`;
}

function columnsOf({ columns, marks }: PreviewData): TableProps.ColumnDefinition<Row>[] {
  const textAt = (line: number, column: string) =>
    marks.find((mark) => mark.line === line && mark.column === column)?.text;
  return [
    {
      id: 'line',
      header: 'Line',
      isRowHeader: true,
      cell: ({ line }) => (
        <Marked
          field={String(line)}
          text={marks.find((mark) => mark.line === line && mark.column === undefined)?.text}
        />
      ),
    },
    ...columns.map((name, index) => ({
      id: `column-${index}`,
      header: name,
      cell: ({ line, fields }: Row) => (
        <Marked field={fields[index] ?? ''} text={textAt(line, name)} />
      ),
    })),
  ];
}

interface MarkedProps {
  readonly field: string;
  /** What inspection wrote about the place. */
  readonly text: string | undefined;
}

function Marked({ field, text }: MarkedProps) {
  if (text === undefined) return field;
  return (
    <span title={text}>
      <StatusIndicator type="error" iconAriaLabel={text}>
        {field === '' ? '(empty)' : field}
      </StatusIndicator>
    </span>
  );
}
