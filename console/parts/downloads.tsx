import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { Schemas } from '../../api/client/index.ts';
import { Empty } from './empty.tsx';
import { renderBytes } from './numbers.ts';
import { useColumnsWithRoom } from './room.ts';

type Download = Schemas['Download'];

interface DownloadsProps {
  readonly of: readonly Download[];
  /** Whether the folder has more files than these. */
  readonly areCutShort: boolean;
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

/** Files that are shown at first. */
const SHOWN_FILES = 20;

/** Files in the bucket of a project. */
export function Downloads({ of, areCutShort, empty }: DownloadsProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? of : of.slice(0, SHOWN_FILES);
  return (
    <Table
      header={
        <Header
          variant="h2"
          counter={areCutShort ? `(${of.length}+)` : `(${of.length})`}
          {...(areCutShort ? { description: describeRest(of) } : {})}
        >
          Files
        </Header>
      }
      items={shown}
      trackBy="uri"
      wrapLines
      columnDefinitions={useColumnsWithRoom(COLUMNS, ['uri'])}
      empty={<Empty title="No file">{empty}</Empty>}
      footer={
        shown.length < of.length && (
          <Button onClick={() => setWhole(true)}>Show all {of.length} files</Button>
        )
      }
      ariaLabels={{ tableLabel: 'Files' }}
    />
  );
}

/** Where those are that the API does not list. */
function describeRest([first]: readonly Download[]): string {
  const folder = first?.uri.slice(0, first.uri.length - first.name.length) ?? '';
  return `The first ones by name; the others are in ${folder}.`;
}
