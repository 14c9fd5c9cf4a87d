import type { TableProps } from '@cloudscape-design/components/table';
import type { ScoringSummary } from '../../data/scorings.ts';
import { DriftVerdict } from '../../parts/drift-verdict.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { ScoringState } from '../../parts/scoring-state.tsx';

/** The columns of a table of scored files. */
export const SCORING_COLUMNS: readonly TableProps.ColumnDefinition<ScoringSummary>[] = [
  {
    id: 'name',
    header: 'File',
    isRowHeader: true,
    cell: ({ project, execution, name }) => (
      <PageLink to="/scoring/$project/$execution" params={{ project, execution }}>
        {name}
      </PageLink>
    ),
  },
  { id: 'state', header: 'State', minWidth: 140, cell: ({ state }) => <ScoringState of={state} /> },
  { id: 'scored', header: 'Rows scored', cell: ({ rows }) => rows?.scored ?? '–' },
  { id: 'rejected', header: 'Set aside', cell: ({ rows }) => rows?.rejected ?? '–' },
  {
    id: 'drift',
    header: 'Drift',
    minWidth: 140,
    cell: ({ drift }) => (drift === undefined ? '–' : <DriftVerdict of={drift.verdict} />),
  },
  { id: 'model', header: 'Model', cell: ({ model }) => <Model version={model} /> },
  { id: 'at', header: 'Started', cell: ({ startedAt }) => <Moment at={startedAt} /> },
];

function Model({ version }: { readonly version: string | undefined }) {
  if (version === undefined) return '–';
  return (
    <PageLink to="/models/$version" params={{ version }}>
      {version}
    </PageLink>
  );
}
