import Cards from '@cloudscape-design/components/cards';
import { useLiveVersions } from '../../data/overview.ts';
import { useProjects } from '../../data/projects.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';

/** The models that can be asked. */
export function PredictProjectsPage() {
  const live = useLiveVersions();
  return (
    <Page title="Predict" description="Ask the live model of a project.">
      <Loaded from={useProjects()}>
        {({ projects }) => (
          <Cards
            items={projects}
            trackBy="project"
            cardDefinition={{
              header: ({ project }) => (
                <PageLink to="/predict/$project" params={{ project }} fontSize="heading-m">
                  {project}
                </PageLink>
              ),
              sections: [
                { id: 'description', content: ({ description }) => description },
                {
                  id: 'live',
                  header: 'Live model',
                  content: ({ project }) => describeLive(live, project),
                },
                {
                  id: 'open',
                  header: 'Who may ask',
                  content: ({ publicPredict }) =>
                    publicPredict ? 'Everyone, without sign-in' : 'People who are signed in',
                },
              ],
            }}
            empty={
              <Empty title="No project yet">
                Run <code>npx stepmill new data.csv</code> in the folder of the app.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  );
}

function describeLive(live: ReturnType<typeof useLiveVersions>, project: string): string {
  return live === undefined ? '–' : (live.get(project) ?? 'None yet');
}
