import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useProjectSchema } from '../../data/projects.ts';
import { useScorings } from '../../data/scorings.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { ProjectChoice } from '../../parts/project-choice.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { SCORING_COLUMNS } from './scoring-columns.tsx';
import { StartScoring } from './start-scoring.tsx';

/** Files that were scored as a whole, and the way to score one. */
export function ScoringsPage() {
  const { project } = useSearch({ from: '/scoring' });
  const navigate = useNavigate({ from: '/scoring' });
  return (
    <Page title="Scoring" description="A model predicts every row of a file.">
      <ProjectChoice
        chosen={project}
        choose={(name) => void navigate({ search: { project: name } })}
      >
        {(shown) => <ProjectScorings key={shown} project={shown} />}
      </ProjectChoice>
    </Page>
  );
}

function ProjectScorings({ project }: { readonly project: string }) {
  return (
    <Loaded from={useProjectSchema(project)}>
      {(schema) =>
        schema.scoring === undefined ? (
          <Empty title={`${project} does not score files`}>
            Add <code>scoring: {'{}'}</code> to its <code>project.ts</code>. A running{' '}
            <code>npm start</code> takes the change over by itself; on AWS, run{' '}
            <code>npm run deploy</code>.
          </Empty>
        ) : (
          <SpaceBetween size="l">
            <StartScoring project={schema} />
            <Scorings project={project} />
          </SpaceBetween>
        )
      }
    </Loaded>
  );
}

function Scorings({ project }: { readonly project: string }) {
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useScorings(project);
  const columns = useColumnsWithRoom(SCORING_COLUMNS, ['model']);
  return (
    <SpaceBetween size="m">
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      <Table
        header={<Header variant="h2">Scored files</Header>}
        items={data ?? []}
        columnDefinitions={columns}
        trackBy="execution"
        loading={isPending}
        loadingText="Loading scored files"
        wrapLines
        empty={error === null ? <NoScoring project={project} /> : 'No scoring could be read.'}
        footer={
          hasNextPage && (
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show more
            </Button>
          )
        }
        ariaLabels={{ tableLabel: 'Scored files' }}
      />
    </SpaceBetween>
  );
}

function NoScoring({ project }: { readonly project: string }) {
  return (
    <Empty title="No file was scored yet">
      Choose one above, put one below <code>scoring/{project}/</code> in the bucket, or run{' '}
      <code>npx stepmill score FILE</code>.
    </Empty>
  );
}
