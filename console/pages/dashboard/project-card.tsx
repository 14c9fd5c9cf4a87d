import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Schemas } from '../../../api/client/index.ts';
import { DriftVerdict } from '../../parts/drift-verdict.tsx';
import { ExecutionStatus } from '../../parts/execution-status.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { PLACE_NAMES } from '../../parts/serving.ts';
import { Status } from '../../parts/status.tsx';

type Project = Schemas['ProjectOverview'];

/** One project at a glance. */
export function ProjectCard({ of }: { readonly of: Project }) {
  const { project, description, live, endpoint, running } = of;
  return (
    <Container
      header={
        <Header variant="h2" description={description}>
          {project}
        </Header>
      }
    >
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Live model', value: <Live version={live} /> },
          { label: PLACE_NAMES[endpoint.type], value: <Status of={endpoint.status} /> },
          {
            label: 'Last training',
            value:
              of.lastTraining === null ? (
                <PageLink to="/datasets" search={{ project }}>
                  Upload data
                </PageLink>
              ) : (
                <Run of={of.lastTraining} />
              ),
          },
          { label: 'Last promotion', value: <Run of={of.lastPromotion} /> },
          {
            label: 'Running now',
            value:
              running === 0 ? 'Nothing' : running === 1 ? '1 execution' : `${running} executions`,
          },
          { label: 'Alarms', value: <Alarms of={of.alarms} /> },
          { label: 'Drift', value: <Drift of={of} /> },
        ]}
      />
    </Container>
  );
}

function Live({ version }: { readonly version: string | null }) {
  if (version === null) return 'None yet';
  return (
    <PageLink to="/models/$version" params={{ version }}>
      {version}
    </PageLink>
  );
}

function Run({ of }: { readonly of: Schemas['ExecutionSummary'] | null }) {
  if (of === null) return 'None yet';
  const { project, workflow, execution, startedAt, stoppedAt } = of;
  return (
    <SpaceBetween size="xxs">
      <ExecutionStatus of={of} />
      <Box variant="small">
        <PageLink
          to="/executions/$project/$workflow/$execution"
          params={{ project, workflow, execution }}
          fontSize="body-s"
        >
          Execution
        </PageLink>
        , <Moment at={stoppedAt ?? startedAt} />
      </Box>
    </SpaceBetween>
  );
}

/** The last verdict of the monitoring. */
function Drift({ of: { project, drift } }: { readonly of: Project }) {
  if (drift === null) {
    return (
      <PageLink to="/monitoring" search={{ project }}>
        Not judged yet
      </PageLink>
    );
  }
  return (
    <SpaceBetween size="xxs">
      <DriftVerdict of={drift.verdict} />
      <Box variant="small">
        <PageLink
          to="/monitoring/$project/$report"
          params={{ project, report: drift.report }}
          fontSize="body-s"
        >
          {drift.drifted.length === 0 ? 'Report' : drift.drifted.join(', ')}
        </PageLink>
        , <Moment at={drift.at} />
      </Box>
    </SpaceBetween>
  );
}

/** Those in alarm by name; the others only counted. */
function Alarms({ of }: { readonly of: Project['alarms'] }) {
  const ringing = of.filter(({ state }) => state === 'ALARM');
  if (of.length === 0) return 'None yet';
  if (ringing.length === 0) return <StatusIndicator type="success">{of.length} OK</StatusIndicator>;
  return (
    <SpaceBetween size="xxs">
      {ringing.map(({ name }) => (
        <StatusIndicator key={name} type="error">
          {name}
        </StatusIndicator>
      ))}
    </SpaceBetween>
  );
}
