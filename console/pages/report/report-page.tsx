import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type Report, useReport } from '../../data/monitoring.ts';
import { ColumnDrift } from '../../parts/column-drift.tsx';
import { Downloads } from '../../parts/downloads.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Quality } from './quality.tsx';
import { ReportFacts } from './report-facts.tsx';
import { Violations } from './violations.tsx';

const ROUTE = '/monitoring/$project/$report';

/** One window: its verdict, its columns, how right the answers were. */
export function ReportPage() {
  const { project, report } = useParams({ from: ROUTE });
  return (
    <Page
      title={`Window of ${project}`}
      description={
        <PageLink
          to="/executions/$project/$workflow/$execution"
          params={{ project, workflow: 'monitoring', execution: report }}
        >
          Execution {report}
        </PageLink>
      }
    >
      <Loaded from={useReport(project, report)}>{(found) => <Found of={found} />}</Loaded>
    </Page>
  );
}

function Found({ of }: { readonly of: Report }) {
  const { column } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: ROUTE });
  const select = (name: string | undefined) =>
    void navigate({ search: name === undefined ? {} : { column: name }, replace: true });
  const { details, files } = of;
  return (
    <SpaceBetween size="l">
      <Advice of={of} />
      <ReportFacts of={of} />
      {details !== undefined && (
        <SpaceBetween size="l">
          <ColumnDrift
            title="Columns of the requests"
            description="The largest effect first. Drift needs enough rows, an effect above its threshold, and a chance below its own."
            of={details.columns}
            selected={column}
            select={select}
          />
          <ColumnDrift
            title="Answers"
            description="The same of what the model predicted."
            of={details.predictions}
            selected={column}
            select={select}
          />
          <Quality of={details} objections={of.objections} />
          <Violations of={details} />
        </SpaceBetween>
      )}
      {of.verdict !== undefined && (
        <Downloads
          of={files}
          areCutShort={of.areFilesCutShort}
          empty="They are deleted after the time that the project says."
        />
      )}
    </SpaceBetween>
  );
}

/** How a workflow ends that needs a live model. */
const NO_LIVE_MODEL = 'No live model';

/** What a verdict means for the person who reads it. */
function Advice({
  of: { project, status, verdict, outcome, reason, drifted, objections },
}: {
  readonly of: Report;
}) {
  if (status === 'RUNNING') {
    return (
      <Alert type="info">The window is being judged. The page shows the report by itself.</Alert>
    );
  }
  if (verdict === undefined) {
    return (
      <Alert type="error" header="The window was not judged">
        {reason}
        {outcome === NO_LIVE_MODEL && (
          <>
            {' '}
            Approve a version on the page <PageLink to="/models">Models</PageLink>: windows are
            judged once a model is live.
          </>
        )}
      </Alert>
    );
  }
  if (verdict === 'drifted') {
    return (
      <Alert type="warning" header={`${drifted.join(', ')} drifted`}>
        What is asked differs from what the model was trained on. Look at the columns below: where
        the data is right, train on newer rows; where it is not, correct what sends it. The endpoint
        is as it was.
      </Alert>
    );
  }
  if (objections.length > 0) {
    return (
      <Alert type="warning" header="Quality is below the gate">
        {objections.join('; ')}. Train on newer rows, or{' '}
        <PageLink to="/endpoints/$project/rollback" params={{ project }} variant="primary">
          roll back
        </PageLink>
        .
      </Alert>
    );
  }
  if (verdict === 'no traffic') {
    return (
      <Alert type="info">
        Nothing was asked in this window, so there is nothing to compare. Judge another window on
        the page{' '}
        <PageLink to="/monitoring" search={{ project }}>
          Monitoring
        </PageLink>
        .
      </Alert>
    );
  }
  if (verdict === 'not enough data') {
    return (
      <Alert type="info">
        There are too few rows for a verdict. Judge a longer window on the page{' '}
        <PageLink to="/monitoring" search={{ project }}>
          Monitoring
        </PageLink>
        , or lower <code>monitoring.drift.minimumRows</code>.
      </Alert>
    );
  }
  return null;
}
