import type {
  BatchDeleteBuildsInput,
  BatchDeleteBuildsOutput,
  BatchGetBuildsInput,
  BatchGetBuildsOutput,
  CodeBuild,
  ListBuildsForProjectInput,
  ListBuildsForProjectOutput,
  ListBuildsInput,
  ListBuildsOutput,
  StartBuildInput,
  StartBuildOutput,
  StopBuildInput,
  StopBuildOutput,
} from '@aws-sdk/client-codebuild';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import { buildArn, buildId, projectOfBuild } from './arns.ts';
import { CODEBUILD_PRINCIPAL } from './codebuild-principal.ts';
import { describeBuild } from './describe-build.ts';
import { BuildMissing } from './errors.ts';
import { pageOf } from './pages.ts';
import { findProject, onProject } from './projects.ts';
import { startBuild } from './start-build.ts';
import type { CodeBuildState } from './state.ts';
import type { BuildRecord } from './store.ts';

export const buildOperations: OperationTable<CodeBuild, CodeBuildState> = {
  StartBuild: {
    permissions: (input: StartBuildInput, state) => [
      onProject('StartBuild', input.projectName, state),
      ...(input.serviceRoleOverride === undefined
        ? []
        : [passRole(input.serviceRoleOverride, CODEBUILD_PRINCIPAL)]),
    ],
    run: (input: Checked<StartBuildInput>, state, call): StartBuildOutput => ({
      build: describeBuild(state.cloud, startBuild(state, input, call)),
    }),
  },
  BatchGetBuilds: {
    readOnly: true,
    permissions: (input: BatchGetBuildsInput, state) => onBuilds('BatchGetBuilds', input, state),
    run: (input: BatchGetBuildsInput, state) => batchGetBuilds(state, input),
  },
  BatchDeleteBuilds: {
    permissions: (input: BatchDeleteBuildsInput, state) =>
      onBuilds('BatchDeleteBuilds', input, state),
    run: (input: BatchDeleteBuildsInput, state) => batchDeleteBuilds(state, input),
  },
  ListBuilds: {
    readOnly: true,
    permissions: () => ({ action: 'codebuild:ListBuilds', resource: '*' }),
    run: (input: ListBuildsInput, { store }) => listBuilds(store.builds(), input),
  },
  ListBuildsForProject: {
    readOnly: true,
    permissions: (input: ListBuildsForProjectInput, state) =>
      onProject('ListBuildsForProject', input.projectName, state),
    run(input: Checked<ListBuildsForProjectInput>, state): ListBuildsForProjectOutput {
      const { name } = findProject(state, input.projectName);
      return listBuilds(state.store.builds(name), input);
    },
  },
  StopBuild: {
    permissions: (input: StopBuildInput, state) =>
      onProject('StopBuild', input.id && projectOfBuild(input.id), state),
    run: (input: StopBuildInput, state) => stopBuild(state, input),
  },
};

function onBuilds(
  action: string,
  { ids = [] }: { readonly ids?: readonly string[] | undefined },
  state: CodeBuildState,
) {
  return ids.map((id) => onProject(action, projectOfBuild(id), state));
}

function batchGetBuilds(
  { cloud, store }: CodeBuildState,
  { ids = [] }: BatchGetBuildsInput,
): BatchGetBuildsOutput {
  const found = ids.map((id) => store.build(buildId(id)));
  return {
    builds: found.flatMap((build) => (build === undefined ? [] : [describeBuild(cloud, build)])),
    buildsNotFound: ids.filter((_, index) => found[index] === undefined),
  };
}

/** It takes ids and answers with ARNs: https://docs.aws.amazon.com/codebuild/latest/userguide/delete-builds.html */
function batchDeleteBuilds(
  { cloud, store }: CodeBuildState,
  { ids = [] }: BatchDeleteBuildsInput,
): BatchDeleteBuildsOutput {
  const buildsDeleted: string[] = [];
  const buildsNotDeleted: { id: string; statusCode: string }[] = [];
  for (const given of ids) {
    const id = buildId(given);
    const arn = buildArn(cloud, id);
    const isRunning = store.build(id)?.endedAt === undefined && store.build(id) !== undefined;
    if (isRunning) buildsNotDeleted.push({ id: arn, statusCode: 'BUILD_IN_PROGRESS' });
    else if (store.deleteBuild(id)) buildsDeleted.push(arn);
    else buildsNotDeleted.push({ id: arn, statusCode: 'BUILD_NOT_FOUND' });
  }
  return { buildsDeleted, buildsNotDeleted };
}

/** The newest first, unless asked otherwise. */
function listBuilds(builds: readonly BuildRecord[], input: ListBuildsInput): ListBuildsOutput {
  const ids = builds.map(({ id }) => id);
  const { items, ...page } = pageOf(ids, { sortOrder: 'DESCENDING', ...input });
  return { ids: items, ...page };
}

function stopBuild(state: CodeBuildState, { id: given = '' }: StopBuildInput): StopBuildOutput {
  const id = buildId(given);
  const build = state.store.build(id);
  if (build === undefined) throw new BuildMissing(id);
  return { build: describeBuild(state.cloud, state.runs.stop(build)) };
}
