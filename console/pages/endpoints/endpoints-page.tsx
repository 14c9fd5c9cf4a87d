import Table from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { useOverview } from '../../data/overview.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { PLACE_NAMES } from '../../parts/serving.ts';
import { Status } from '../../parts/status.tsx';

type Project = Schemas['ProjectOverview'];

/** The endpoint of each project. */
export function EndpointsPage() {
  return (
    <Page
      title="Endpoints"
      description="What answers requests with the live model of each project; the first approval makes it."
    >
      <Loaded from={useOverview()}>
        {({ projects }) => (
          <Table
            items={projects}
            trackBy="project"
            columnDefinitions={[
              {
                id: 'project',
                header: 'Project',
                isRowHeader: true,
                cell: ({ project }) => (
                  <PageLink to="/endpoints/$project" params={{ project }}>
                    {project}
                  </PageLink>
                ),
              },
              {
                id: 'status',
                header: 'Status',
                cell: ({ endpoint }) => <Status of={endpoint.status} />,
              },
              {
                id: 'place',
                header: 'Served by',
                cell: ({ endpoint }) => PLACE_NAMES[endpoint.type],
              },
              { id: 'live', header: 'Live model', cell: ({ live }) => live ?? 'None yet' },
              { id: 'trial', header: 'Trial', cell: ({ trial }) => (trial ? 'Running' : 'None') },
              { id: 'alarms', header: 'Alarms', cell: ({ alarms }) => countAlarms(alarms) },
            ]}
            empty={<Empty title="No project yet">An endpoint belongs to a project.</Empty>}
            ariaLabels={{ tableLabel: 'Endpoints' }}
          />
        )}
      </Loaded>
    </Page>
  );
}

function countAlarms(alarms: Project['alarms']): string {
  const inAlarm = alarms.filter(({ state }) => state === 'ALARM').length;
  if (alarms.length === 0) return 'None yet';
  return inAlarm === 0 ? `${alarms.length} OK` : `${inAlarm} of ${alarms.length} in alarm`;
}
