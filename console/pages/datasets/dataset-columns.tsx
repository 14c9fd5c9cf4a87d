import type { TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { DatasetState } from '../../parts/dataset-state.tsx';
import { ExecutionLink } from '../../parts/execution-link.tsx';
import { Moment } from '../../parts/moment.tsx';
import { renderBytes } from '../../parts/numbers.ts';
import { PageLink } from '../../parts/page-link.tsx';

type Dataset = Schemas['DatasetSummary'];

/** The columns of a table of uploads. */
export const DATASET_COLUMNS: readonly TableProps.ColumnDefinition<Dataset>[] = [
  {
    id: 'name',
    header: 'Name',
    isRowHeader: true,
    cell: ({ project, dataset, name }) => (
      <PageLink to="/datasets/$project/$dataset" params={{ project, dataset }}>
        {name}
      </PageLink>
    ),
  },
  { id: 'state', header: 'State', minWidth: 150, cell: ({ state }) => <DatasetState of={state} /> },
  { id: 'size', header: 'Size', minWidth: 110, cell: ({ sizeBytes }) => renderBytes(sizeBytes) },
  { id: 'at', header: 'Uploaded', cell: ({ uploadedAt }) => <Moment at={uploadedAt} /> },
  { id: 'execution', header: 'Training', cell: (dataset) => <Execution of={dataset} /> },
  { id: 'model', header: 'Model', cell: ({ model }) => <Model version={model} /> },
];

function Execution({ of: { execution, project } }: { readonly of: Dataset }) {
  if (execution === undefined) return '–';
  return <ExecutionLink project={project} execution={execution} />;
}

function Model({ version }: { readonly version: string | undefined }) {
  if (version === undefined) return '–';
  return (
    <PageLink to="/models/$version" params={{ version }}>
      {version}
    </PageLink>
  );
}
