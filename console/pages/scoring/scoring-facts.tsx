import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Scoring } from '../../data/scorings.ts';
import { DriftVerdict } from '../../parts/drift-verdict.tsx';
import { Elapsed, Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { ScoringState } from '../../parts/scoring-state.tsx';

/** A scoring at a glance. */
export function ScoringFacts({ of }: { readonly of: Scoring }) {
  const { state, model, rows, drift, startedAt, stoppedAt, uri } = of;
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'State', value: <ScoringState of={state} /> },
          {
            label: 'Model',
            value:
              model === undefined ? (
                'Not known yet'
              ) : (
                <PageLink to="/models/$version" params={{ version: model }}>
                  {model}
                </PageLink>
              ),
          },
          { label: 'Rows scored', value: rows?.scored ?? '–' },
          { label: 'Rows set aside', value: rows?.rejected ?? '–' },
          ...(rows?.refused === undefined || rows.refused === 0
            ? []
            : [{ label: 'Refused by the model', value: rows.refused }]),
          { label: 'Drift', value: <Drift of={drift} /> },
          { label: 'Started', value: <Moment at={startedAt} /> },
          { label: 'Took', value: <Elapsed from={startedAt} to={stoppedAt} /> },
        ]}
      />
      <Box variant="small" margin={{ top: 'm' }} display="block">
        <code style={{ overflowWrap: 'anywhere' }}>{uri}</code>
      </Box>
    </Container>
  );
}

function Drift({ of }: { readonly of: Scoring['drift'] }) {
  if (of === undefined) return '–';
  return (
    <>
      <DriftVerdict of={of.verdict} />
      {of.drifted.length > 0 && <div>{of.drifted.join(', ')}</div>}
    </>
  );
}
