import ColumnLayout from '@cloudscape-design/components/column-layout';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { useExecutions, type Workflow } from '../../data/executions.ts';
import { useProjects } from '../../data/projects.ts';
import { Choice } from '../../parts/choice.tsx';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { EXECUTION_COLUMNS } from './execution-columns.tsx';
import { type ExecutionsSearch, STATUSES, WORKFLOWS } from './executions-search.ts';

/** Below what failed. */
const UNREAD = 'No execution could be read.';

/** Executions of one workflow of one project, the newest first. */
export function ExecutionsPage() {
  const search = useSearch({ from: '/executions' });
  const navigate = useNavigate();
  const projects = useProjects();
  const names = (projects.data?.projects ?? []).map(({ project }) => project);
  const { project = names[0], workflow = 'training', status } = search;
  const executions = useExecutions({ project, workflow, status });
  const { pages, current, pagination } = usePages(executions, search);
  const error = projects.error ?? executions.error;
  const isLoading = executions.isPending || (pages > 0 && current === undefined);
  return (
    <Page
      title="Executions"
      description={`Each upload starts a training, each approval a promotion.${describeLive(workflow, current?.liveVersions ?? [])}`}
      actions={
        <DeedButton
          deed="train"
          onClick={() =>
            void navigate({
              to: '/executions/start',
              search: project === undefined ? {} : { project },
            })
          }
        >
          Start training
        </DeedButton>
      }
    >
      <SpaceBetween size="m">
        {error !== null && (
          <Failure
            error={error}
            retry={() => void Promise.all([projects.refetch(), executions.refetch()])}
          />
        )}
        <Table
          variant="container"
          items={current?.executions ?? []}
          columnDefinitions={EXECUTION_COLUMNS}
          trackBy="executionArn"
          loading={isLoading && error === null}
          loadingText="Loading executions"
          filter={<Filter names={names} search={{ ...search, workflow, project: project ?? '' }} />}
          pagination={pagination}
          wrapLines
          empty={
            error === null ? (
              <NoExecutions workflow={workflow} isFiltered={status !== undefined} />
            ) : (
              UNREAD
            )
          }
          ariaLabels={{ tableLabel: 'Executions' }}
        />
      </SpaceBetween>
    </Page>
  );
}

/** ` Executions of the training workflow start on version 3.` */
function describeLive(workflow: Workflow, live: readonly Schemas['LiveVersion'][]): string {
  if (live.length === 0) return '';
  const shares = live.map(({ version, percent }) =>
    live.length === 1 ? `version ${version}` : `version ${version} (${percent} %)`,
  );
  return ` Executions of the ${workflow} workflow start on ${shares.join(' and ')}.`;
}

/** The page that the address names; those before it are read first, because each names the next. */
function usePages(executions: ReturnType<typeof useExecutions>, { page = 1 }: ExecutionsSearch) {
  const navigate = useNavigate({ from: '/executions' });
  const { data = [], hasNextPage, isFetchingNextPage, fetchNextPage, error } = executions;
  const isMissing = data.length > 0 && data.length < page && hasNextPage && error === null;
  useEffect(() => {
    if (isMissing && !isFetchingNextPage) void fetchNextPage();
  }, [isMissing, isFetchingNextPage, fetchNextPage]);
  const shown = hasNextPage ? page : Math.min(page, Math.max(1, data.length));
  return {
    pages: data.length,
    current: data[shown - 1],
    pagination: (
      <Pagination
        currentPageIndex={shown}
        pagesCount={Math.max(1, data.length)}
        openEnd={hasNextPage}
        onChange={({ detail }) =>
          void navigate({
            search: ({ page: _former, ...rest }) =>
              detail.currentPageIndex === 1 ? rest : { ...rest, page: detail.currentPageIndex },
          })
        }
      />
    ),
  };
}

/** What starts one. */
const ADVICE: Readonly<Record<Workflow, ReactNode>> = {
  training: (
    <>
      <PageLink to="/datasets">Upload data</PageLink> of the project: a training starts.
    </>
  ),
  promotion: (
    <>
      <PageLink to="/models">Approve a model version</PageLink>: its promotion starts.
    </>
  ),
  trial: (
    <>
      <PageLink to="/models">Approve a model version</PageLink> of a project with trials: one
      starts.
    </>
  ),
  scoring: <PageLink to="/scoring">Score a file</PageLink>,
  monitoring: (
    <>
      <PageLink to="/monitoring">Judge a window</PageLink>, or wait for the schedule.
    </>
  ),
  retraining: 'Drift, quality below the gate, new labels or a schedule start one.',
};

interface NoExecutionsProps {
  readonly workflow: Workflow;
  readonly isFiltered: boolean;
}

function NoExecutions({ workflow, isFiltered }: NoExecutionsProps) {
  if (isFiltered) return <Empty title="No execution matches">Choose another status.</Empty>;
  return <Empty title={`No execution of the ${workflow} workflow yet`}>{ADVICE[workflow]}</Empty>;
}

interface FilterProps {
  readonly names: readonly string[];
  readonly search: ExecutionsSearch;
}

function Filter({ names, search }: FilterProps) {
  const navigate = useNavigate({ from: '/executions' });
  const choose = (name: keyof ExecutionsSearch) => (value: string) =>
    void navigate({
      search: ({ [name]: _former, page: _page, ...rest }) =>
        value === '' ? rest : { ...rest, [name]: value },
    });
  return (
    <ColumnLayout columns={3}>
      <Choice
        label="Project"
        values={names}
        value={search.project}
        choose={choose('project')}
        isRequired
      />
      <Choice
        label="Workflow"
        values={WORKFLOWS}
        value={search.workflow}
        choose={choose('workflow')}
        isRequired
      />
      <Choice label="Status" values={STATUSES} value={search.status} choose={choose('status')} />
    </ColumnLayout>
  );
}
