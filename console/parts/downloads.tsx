import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../api/client/index.ts';
import { Empty } from './empty.tsx';
import { renderBytes } from './numbers.ts';
import { useColumnsWithRoom } from './room.ts';

type Download = Schemas['Download'];

interface DownloadsProps {
  readonly of: readonly Download[];
  /** What is said where there is none. */
  readonly empty: string;
}

const COLUMNS: readonly TableProps.ColumnDefinition<Download>[] = [
  {
    id: 'name',
    header: 'File',
    isRowHeader: true,
    minWidth: 200,
    cell: ({ name, url }) => (
      <Link href={url} external={false} ariaLabel={`Download ${name}`}>
        {name}
      </Link>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    minWidth: 90,
    cell: ({ sizeBytes }) => (sizeBytes === undefined ? '–' : renderBytes(sizeBytes)),
  },
  {
    id: 'uri',
    header: 'In the bucket',
    cell: ({ uri }) => <code style={{ overflowWrap: 'anywhere' }}>{uri}</code>,
  },
];

/** Files in the bucket of a project. */
export function Downloads({ of, empty }: DownloadsProps) {
  return (
    <Table
      header={<Header variant="h2">Files</Header>}
      items={of}
      trackBy="uri"
      wrapLines
      columnDefinitions={useColumnsWithRoom(COLUMNS, ['uri'])}
      empty={<Empty title="No file">{empty}</Empty>}
      ariaLabels={{ tableLabel: 'Files' }}
    />
  );
}
