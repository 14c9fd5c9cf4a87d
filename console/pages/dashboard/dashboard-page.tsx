import SpaceBetween from '@cloudscape-design/components/space-between';
import { useOverview } from '../../data/overview.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { DeliveryCard } from './delivery-card.tsx';
import { Needs } from './needs.tsx';
import { ProjectCard } from './project-card.tsx';

/** Each project at a glance, the pipeline, and what waits for a person. */
export function DashboardPage() {
  return (
    <Page title="Dashboard">
      <Loaded from={useOverview()}>
        {({ projects, delivery }) => (
          <SpaceBetween size="l">
            <Needs projects={projects} hasDelivery={delivery} />
            {delivery && <DeliveryCard />}
            {projects.map((project) => (
              <ProjectCard key={project.project} of={project} />
            ))}
            {projects.length === 0 && (
              <Empty title="No project yet">
                Run <code>npx stepmill new data.csv</code> in the folder of the app.
              </Empty>
            )}
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
}
