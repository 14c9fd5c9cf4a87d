import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { type Scoring, useScoring } from '../../data/scorings.ts';
import { ColumnDrift } from '../../parts/column-drift.tsx';
import { Downloads } from '../../parts/downloads.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Progress } from './progress.tsx';
import { Rows } from './rows.tsx';
import { ScoringFacts } from './scoring-facts.tsx';

/** Vega is more than half of the rest of the console. */
const AnswersPlot = lazy(async () => ({
  default: (await import('./answers-plot.tsx')).AnswersPlot,
}));

/** One file that was scored: how far it is, or its results. */
export function ScoringPage() {
  const { project, execution } = useParams({ from: '/scoring/$project/$execution' });
  const scoring = useScoring(project, execution);
  return (
    <Page
      title={scoring.data === undefined ? 'Scoring' : `Scoring: ${scoring.data.name}`}
      description={
        <PageLink
          to="/executions/$project/$workflow/$execution"
          params={{ project, workflow: 'scoring', execution }}
        >
          Execution {execution}
        </PageLink>
      }
    >
      <Loaded from={scoring}>{(found) => <Found of={found} />}</Loaded>
    </Page>
  );
}

function Found({ of }: { readonly of: Scoring }) {
  const [column, setColumn] = useState<string>();
  const { results, report, problems, state } = of;
  return (
    <SpaceBetween size="l">
      {state === 'running' ? <Progress step={of.step} /> : <End of={of} />}
      <ScoringFacts of={of} />
      {problems.length > 0 && <Problems of={problems} />}
      {results !== undefined && (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Distribution</Header>}>
            <Suspense fallback="Loading plot">
              <AnswersPlot of={results.answers} />
            </Suspense>
          </Container>
          <Rows of={results} />
        </SpaceBetween>
      )}
      {report !== undefined && (
        <ColumnDrift
          title="Compared with the training rows"
          description="The largest effect first. Drift needs an effect above its threshold that chance does not explain."
          of={[...report.columns, ...report.predictions]}
          selected={column}
          select={setColumn}
        />
      )}
      {(results !== undefined || of.files.length > 0) && (
        <Downloads
          of={of.files}
          areCutShort={of.areFilesCutShort}
          empty="They are deleted as long after the upload as the project says."
        />
      )}
    </SpaceBetween>
  );
}

/** What to do where there are no predictions. */
const ADVICE: Readonly<Record<Scoring['state'], string>> = {
  running: '',
  scored: '',
  duplicate: '',
  refused: 'Correct the file and score it again; the upload stays.',
  'file-missing': 'Upload the file and score it again.',
  'no-live-model': 'Approve a model, or score the file again with a version that is approved.',
  failed:
    'Look at the state that failed in the execution, correct the cause, and score the file again.',
  stopped: 'Score the file again, or redrive the execution.',
};

function End({ of: { project, state, reason, scoredBy, results } }: { readonly of: Scoring }) {
  if (state === 'duplicate') {
    return (
      <Alert type="info" header="This file was scored before">
        The same model has scored the same version of the file, so these are its results
        {scoredBy === undefined ? '.' : ' by '}
        {scoredBy !== undefined && (
          <PageLink
            to="/scoring/$project/$execution"
            params={{ project, execution: scoredBy }}
            variant="primary"
          >
            {scoredBy}
          </PageLink>
        )}
      </Alert>
    );
  }
  if (state === 'scored') {
    if (results !== undefined) return null;
    return (
      <Alert type="info" header="The predictions are deleted">
        The project keeps them for a limited time. Score the file again.
      </Alert>
    );
  }
  return (
    <Alert type={state === 'stopped' ? 'warning' : 'error'} header="There are no predictions">
      {reason !== undefined && <Box variant="p">{reason}</Box>}
      {ADVICE[state]}
    </Alert>
  );
}

/** Why rows were set aside. */
function Problems({ of }: { readonly of: Scoring['problems'] }) {
  return (
    <Container
      header={
        <Header variant="h2" description="All of them, with their values, are in rejected.csv.">
          Rows set aside
        </Header>
      }
    >
      <ul>
        {of.map(({ rule, count, examples }) => (
          <li key={rule}>
            {rule} ({count}): {examples.join('; ')}
          </li>
        ))}
      </ul>
    </Container>
  );
}
