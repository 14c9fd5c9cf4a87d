import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMonitoring } from '../../data/monitoring.ts';
import { useProjects } from '../../data/projects.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { ProjectSwitch } from '../../parts/project-switch.tsx';
import { Decisions } from './decisions.tsx';
import { DriftAlarms } from './drift-alarms.tsx';
import { StartWindow } from './start-window.tsx';
import { Windows } from './windows.tsx';

/** Whether what the live model is asked still looks like what it was trained on, and how right its answers are. */
export function MonitoringPage() {
  const { project } = useSearch({ from: '/monitoring' });
  const navigate = useNavigate({ from: '/monitoring' });
  return (
    <Page
      title="Monitoring"
      description="Compares what the live model is asked with the rows that it was trained on."
    >
      <Loaded from={useProjects()}>
        {({ projects }) => {
          const names = projects.map((each) => each.project);
          const shown = project ?? names[0];
          if (shown === undefined) {
            return (
              <Empty title="No project yet">
                Run <code>npx stepmill new data.csv</code> in the folder of the app.
              </Empty>
            );
          }
          return (
            <SpaceBetween size="l">
              <ProjectSwitch
                names={names}
                shown={shown}
                choose={(name) => void navigate({ search: { project: name } })}
              />
              <ProjectMonitoring key={shown} project={shown} />
            </SpaceBetween>
          );
        }}
      </Loaded>
    </Page>
  );
}

function ProjectMonitoring({ project }: { readonly project: string }) {
  return (
    <Loaded from={useMonitoring(project)}>
      {({ settings, alarms }) =>
        settings === null ? (
          <Empty title={`${project} is not monitored`}>
            Add <code>monitoring: {'{}'}</code> to its <code>project.ts</code>, and deploy it.
          </Empty>
        ) : (
          <SpaceBetween size="l">
            <StartWindow project={project} settings={settings} />
            <Windows project={project} settings={settings} />
            <DriftAlarms of={alarms} settings={settings} />
            <Decisions project={project} />
          </SpaceBetween>
        )
      }
    </Loaded>
  );
}
