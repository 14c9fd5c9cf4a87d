import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMonitoring } from '../../data/monitoring.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { ProjectChoice } from '../../parts/project-choice.tsx';
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
      <ProjectChoice
        chosen={project}
        choose={(name) => void navigate({ search: { project: name } })}
      >
        {(shown) => <ProjectMonitoring key={shown} project={shown} />}
      </ProjectChoice>
    </Page>
  );
}

function ProjectMonitoring({ project }: { readonly project: string }) {
  return (
    <Loaded from={useMonitoring(project)}>
      {({ settings, alarms }) =>
        settings === null ? (
          <Empty title={`${project} is not monitored`}>
            Add <code>monitoring: {'{}'}</code> to its <code>project.ts</code>. A running{' '}
            <code>npm start</code> takes the change over by itself; on AWS, run{' '}
            <code>npm run deploy</code>.
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
