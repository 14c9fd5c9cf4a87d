import Box from '@cloudscape-design/components/box';
import type { TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { ExecutionName } from '../../parts/execution-link.tsx';
import { ExecutionStatus } from '../../parts/execution-status.tsx';
import { Elapsed, Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';

type Execution = Schemas['ExecutionSummary'];

/** The columns of a table of executions. */
export const EXECUTION_COLUMNS: readonly TableProps.ColumnDefinition<Execution>[] = [
  {
    id: 'execution',
    header: 'Execution',
    minWidth: 140,
    isRowHeader: true,
    cell: ({ project, workflow, execution, workflowVersion }) => (
      <>
        <PageLink
          to="/executions/$project/$workflow/$execution"
          params={{ project, workflow, execution }}
        >
          <ExecutionName of={execution} />
        </PageLink>
        {workflowVersion !== undefined && (
          <Box variant="small" display="inline">{` v${workflowVersion}`}</Box>
        )}
      </>
    ),
  },
  {
    id: 'status',
    header: 'Outcome',
    minWidth: 150,
    cell: (execution) => <ExecutionStatus of={execution} />,
  },
  { id: 'model', header: 'Model', cell: ({ model }) => <Model version={model} /> },
  {
    id: 'startedAt',
    header: 'Started',
    minWidth: 150,
    cell: ({ startedAt }) => <Moment at={startedAt} />,
  },
  {
    id: 'duration',
    header: 'Duration',
    minWidth: 110,
    cell: ({ startedAt, stoppedAt }) => <Elapsed from={startedAt} to={stoppedAt} />,
  },
];

function Model({ version }: { readonly version: string | undefined }) {
  if (version === undefined) return '–';
  return (
    <PageLink to="/models/$version" params={{ version }}>
      {version}
    </PageLink>
  );
}
