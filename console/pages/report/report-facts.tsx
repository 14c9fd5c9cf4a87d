import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Report } from '../../data/monitoring.ts';
import { DriftVerdict } from '../../parts/drift-verdict.tsx';
import { ExactMoment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Status } from '../../parts/status.tsx';

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** A window at a glance. */
export function ReportFacts({ of }: { readonly of: Report }) {
  const { verdict, status, model, window, rows, coverage = null, details } = of;
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: 'Verdict',
            value: verdict === undefined ? <Status of={status} /> : <DriftVerdict of={verdict} />,
          },
          { label: 'From', value: window === undefined ? '–' : <ExactMoment at={window.start} /> },
          { label: 'To', value: window === undefined ? '–' : <ExactMoment at={window.end} /> },
          {
            label: 'Model',
            value:
              model === undefined ? (
                '–'
              ) : (
                <PageLink to="/models/$version" params={{ version: model }}>
                  {model}
                </PageLink>
              ),
          },
          { label: 'Rows', value: rows ?? '–' },
          { label: 'Training rows', value: details?.baselineRows ?? '–' },
          {
            label: 'Requests that are captured',
            value: details === undefined ? '–' : percent.format(details.samplingPercent / 100),
          },
          { label: 'Labels in', value: coverage === null ? '–' : percent.format(coverage) },
        ]}
      />
    </Container>
  );
}
