import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDatasets } from '../../data/datasets.ts';
import { useProjectSchema } from '../../data/projects.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { ProjectChoice } from '../../parts/project-choice.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { DATASET_COLUMNS } from './dataset-columns.tsx';
import { Upload } from './upload.tsx';

/** The data of a project: what was uploaded and what became of it. */
export function DatasetsPage() {
  const { project } = useSearch({ from: '/datasets' });
  const navigate = useNavigate({ from: '/datasets' });
  return (
    <Page title="Datasets" description="An upload starts a training by itself.">
      <ProjectChoice
        chosen={project}
        choose={(name) => void navigate({ search: { project: name } })}
      >
        {(shown) => (
          <SpaceBetween size="l">
            <ProjectUpload key={shown} project={shown} />
            <Uploads project={shown} />
          </SpaceBetween>
        )}
      </ProjectChoice>
    </Page>
  );
}

/** S3 gives them by name. */
const SOME = 'The newest of those that are shown first; Show more has the names that follow';

function ProjectUpload({ project }: { readonly project: string }) {
  return (
    <Loaded from={useProjectSchema(project)}>{(schema) => <Upload project={schema} />}</Loaded>
  );
}

function Uploads({ project }: { readonly project: string }) {
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useDatasets(project);
  const columns = useColumnsWithRoom(DATASET_COLUMNS, ['execution', 'size']);
  return (
    <SpaceBetween size="m">
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      <Table
        header={
          <Header variant="h2" description={hasNextPage ? SOME : 'The newest first'}>
            Uploads
          </Header>
        }
        items={data ?? []}
        columnDefinitions={columns}
        trackBy="dataset"
        loading={isPending}
        loadingText="Loading uploads"
        wrapLines
        empty={
          error === null ? (
            <Empty title="No data yet">Choose a file above, or drop it there.</Empty>
          ) : (
            'No upload could be read.'
          )
        }
        footer={
          hasNextPage && (
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show more
            </Button>
          )
        }
        ariaLabels={{ tableLabel: 'Uploads' }}
      />
    </SpaceBetween>
  );
}
