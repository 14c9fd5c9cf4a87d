import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useProjects } from '../data/projects.ts';
import { Empty } from './empty.tsx';
import { Loaded } from './loaded.tsx';

interface ProjectChoiceProps {
  /** @default the first project */
  readonly chosen: string | undefined;
  readonly choose: (project: string) => void;
  readonly children: (project: string) => ReactNode;
}

/** The part of a page that is about one project; with several, another one can be chosen. */
export function ProjectChoice({ chosen, choose, children }: ProjectChoiceProps) {
  return (
    <Loaded from={useProjects()}>
      {({ projects }) => {
        const names = projects.map(({ project }) => project);
        const shown = chosen ?? names[0];
        if (shown === undefined) {
          return (
            <Empty title="No project yet">
              Run <code>npx stepmill new data.csv</code> in the folder of the app.
            </Empty>
          );
        }
        return (
          <SpaceBetween size="l">
            {names.length > 1 && (
              <SegmentedControl
                label="Project"
                selectedId={shown}
                options={names.map((id) => ({ id, text: id }))}
                onChange={({ detail }) => choose(detail.selectedId)}
              />
            )}
            {names.includes(shown) ? (
              children(shown)
            ) : (
              <Unknown project={shown} first={names[0]} choose={choose} />
            )}
          </SpaceBetween>
        );
      }}
    </Loaded>
  );
}

interface UnknownProps {
  readonly project: string;
  readonly first: string | undefined;
  readonly choose: (project: string) => void;
}

/** An address may name a project that was removed. */
function Unknown({ project, first, choose }: UnknownProps) {
  return (
    <Alert
      type="error"
      header="Project not found"
      action={
        first !== undefined && <Button onClick={() => choose(first)}>{`Show ${first}`}</Button>
      }
    >
      There is no project {project}. Choose another one.
    </Alert>
  );
}
