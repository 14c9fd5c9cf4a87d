import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useModels } from '../../data/models.ts';
import { useProjects } from '../../data/projects.ts';
import { Choice } from '../../parts/choice.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';
import { MODEL_COLUMNS } from './model-columns.tsx';
import { type ModelsSearch, STATUSES } from './models-search.ts';

/** Every version of every project's model, the newest first. */
export function ModelsPage() {
  const search = useSearch({ from: '/models' });
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useModels(search);
  const columns = useColumnsWithRoom(MODEL_COLUMNS, ['algorithm', 'decision']);
  return (
    <Page title="Models" description="Each training that passed its checks registers a version.">
      <SpaceBetween size="m">
        {error !== null && <Failure error={error} retry={() => void refetch()} />}
        <Table
          variant="container"
          items={data ?? []}
          columnDefinitions={columns}
          trackBy="version"
          loading={isPending}
          loadingText="Loading models"
          filter={<Filter search={search} />}
          wrapLines
          empty={error === null ? <NoModels search={search} /> : 'No model could be read.'}
          footer={
            hasNextPage && (
              <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Show more
              </Button>
            )
          }
          ariaLabels={{ tableLabel: 'Model versions' }}
        />
      </SpaceBetween>
    </Page>
  );
}

function NoModels({ search: { project, status } }: { readonly search: ModelsSearch }) {
  return status !== undefined ? (
    <Empty title="No model version matches">Choose another project or status.</Empty>
  ) : (
    <Empty title={project === undefined ? 'No model yet' : `No model of ${project} yet`}>
      <PageLink to="/datasets" search={project === undefined ? {} : { project }}>
        Upload data
      </PageLink>
      : a training starts, and what passes its checks is registered here.
    </Empty>
  );
}

function Filter({ search }: { readonly search: ModelsSearch }) {
  const navigate = useNavigate({ from: '/models' });
  const { data } = useProjects();
  const projects = (data?.projects ?? []).map(({ project }) => project);
  const choose = (name: keyof ModelsSearch) => (value: string) =>
    void navigate({
      search: ({ [name]: _former, ...rest }) => (value === '' ? rest : { ...rest, [name]: value }),
    });
  return (
    <ColumnLayout columns={4}>
      <Choice label="Project" values={projects} value={search.project} choose={choose('project')} />
      <Choice label="Status" values={STATUSES} value={search.status} choose={choose('status')} />
    </ColumnLayout>
  );
}
