import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { lazy, Suspense, useMemo } from 'react';
import { type Monitoring, type ReportSummary, useReports } from '../../data/monitoring.ts';
import { DriftVerdict } from '../../parts/drift-verdict.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { ExactMoment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { Status } from '../../parts/status.tsx';
import { effectRows, qualityRows } from './over-time.ts';
import { VerdictStrip } from './verdict-strip.tsx';

/** Vega is more than half of the rest of the console. */
const OverTime = lazy(async () => ({ default: (await import('./over-time-plots.tsx')).OverTime }));

interface WindowsProps {
  readonly project: string;
  readonly settings: NonNullable<Monitoring['settings']>;
}

/** The windows that were judged: their verdicts over time, and each with its report. */
export function Windows({ project, settings }: WindowsProps) {
  return (
    <Loaded from={useReports(project)}>
      {({ reports }) => (
        <SpaceBetween size="l">
          {reports.some(({ verdict }) => verdict !== undefined) && (
            <Trends of={reports} threshold={settings.drift.minimumEffect} />
          )}
          <Reports of={reports} settings={settings} />
        </SpaceBetween>
      )}
    </Loaded>
  );
}

interface TrendsProps {
  readonly of: readonly ReportSummary[];
  readonly threshold: number;
}

function Trends({ of, threshold }: TrendsProps) {
  const effects = useMemo(() => effectRows(of), [of]);
  const quality = useMemo(() => qualityRows(of), [of]);
  return (
    <Container header={<Header variant="h2">Over time</Header>}>
      <SpaceBetween size="l">
        <VerdictStrip of={of} />
        <Suspense fallback="Loading plots">
          <OverTime effects={effects} quality={quality} threshold={threshold} />
        </Suspense>
      </SpaceBetween>
    </Container>
  );
}

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

function Reports({
  of,
  settings,
}: {
  readonly of: readonly ReportSummary[];
  readonly settings: WindowsProps['settings'];
}) {
  const columns = useColumnsWithRoom<TableProps.ColumnDefinition<ReportSummary>>(
    [
      {
        id: 'window',
        header: 'Window until',
        isRowHeader: true,
        minWidth: 150,
        cell: ({ project, report, window, startedAt }) => (
          <PageLink to="/monitoring/$project/$report" params={{ project, report }}>
            <ExactMoment at={window?.end ?? startedAt} />
          </PageLink>
        ),
      },
      { id: 'verdict', header: 'Verdict', minWidth: 150, cell: (each) => <Verdict of={each} /> },
      { id: 'rows', header: 'Rows', cell: ({ rows }) => rows ?? '–' },
      {
        id: 'drifted',
        header: 'Drifted',
        minWidth: 130,
        cell: ({ drifted }) => (drifted.length === 0 ? '–' : drifted.join(', ')),
      },
      {
        id: 'coverage',
        header: 'Labels in',
        cell: ({ coverage = null }) => (coverage === null ? '–' : percent.format(coverage)),
      },
      { id: 'model', header: 'Model', cell: ({ model }) => model ?? '–' },
    ],
    ['model'],
  );
  return (
    <Table
      header={<Header variant="h2">Windows</Header>}
      items={of}
      trackBy="report"
      wrapLines
      columnDefinitions={columns}
      empty={
        <Empty title="No window was judged yet">
          The next one is judged by {settings.schedule}. Judge one above, or run{' '}
          <code>npx stepmill monitor --run</code>.
        </Empty>
      }
      ariaLabels={{ tableLabel: 'Windows' }}
    />
  );
}

function Verdict({ of: { verdict, status, outcome, objections } }: { readonly of: ReportSummary }) {
  if (verdict === undefined) {
    return status === 'SUCCEEDED' ? (outcome ?? '–') : <Status of={status} />;
  }
  return (
    <>
      <DriftVerdict of={verdict} />
      {objections.length > 0 && <div>Quality below the gate</div>}
    </>
  );
}
