import Badge from '@cloudscape-design/components/badge';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Status } from '../../parts/status.tsx';
import { describeMetrics } from './metrics.ts';

type Version = Schemas['ModelVersionSummary'];

/** The columns of a table of model versions. */
export const MODEL_COLUMNS: readonly TableProps.ColumnDefinition<Version>[] = [
  {
    id: 'version',
    header: 'Version',
    isRowHeader: true,
    cell: ({ version, isLive }) => (
      <SpaceBetween direction="horizontal" size="xs">
        <PageLink to="/models/$version" params={{ version }}>
          {version}
        </PageLink>
        {isLive && <Badge color="green">Live</Badge>}
      </SpaceBetween>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <Status of={status} /> },
  { id: 'algorithm', header: 'Algorithm', cell: ({ algorithm = '–' }) => algorithm },
  { id: 'metrics', header: 'Metrics', cell: ({ metrics }) => describeMetrics(metrics) },
  { id: 'at', header: 'Registered', cell: ({ registeredAt }) => <Moment at={registeredAt} /> },
  { id: 'decision', header: 'Decision', cell: ({ decision = '–' }) => decision },
];
