import type {
  BatchGetProjectsInput,
  BatchGetProjectsOutput,
  CodeBuild,
  CreateProjectInput,
  CreateProjectOutput,
  DeleteProjectInput,
  ListProjectsInput,
  ListProjectsOutput,
  Project,
  UpdateProjectInput,
  UpdateProjectOutput,
} from '@aws-sdk/client-codebuild';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import { assumeRole } from '../../cloud/principal.ts';
import type { Permission } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { projectArn, projectName } from './arns.ts';
import { CODEBUILD_PRINCIPAL } from './codebuild-principal.ts';
import {
  AccountLimitExceededException,
  InvalidInputException,
  ProjectMissing,
  ResourceAlreadyExistsException,
} from './errors.ts';
import { DEFAULT_QUEUED_MINUTES, DEFAULT_TIMEOUT_MINUTES, MAX_PROJECTS } from './limits.ts';
import { pageOf } from './pages.ts';
import type { CodeBuildState } from './state.ts';
import type { ProjectRecord } from './store.ts';

export const projectOperations: OperationTable<CodeBuild, CodeBuildState> = {
  CreateProject: {
    permissions: (input: CreateProjectInput, state) => onChange('CreateProject', input, state),
    run: (input: Checked<CreateProjectInput>, state) => createProject(state, input),
  },
  UpdateProject: {
    permissions: (input: UpdateProjectInput, state) => onChange('UpdateProject', input, state),
    run: (input: Checked<UpdateProjectInput>, state) => updateProject(state, input),
  },
  DeleteProject: {
    permissions: (input: DeleteProjectInput, state) =>
      onProject('DeleteProject', input.name, state),
    run(input: Checked<DeleteProjectInput>, { store }): object {
      // AWS answers as if it had existed.
      store.projects.delete(projectName(input.name));
      return {};
    },
  },
  BatchGetProjects: {
    readOnly: true,
    permissions: (input: BatchGetProjectsInput, state) =>
      (input.names ?? []).map((name) => onProject('BatchGetProjects', name, state)),
    run: (input: BatchGetProjectsInput, state) => batchGetProjects(state, input),
  },
  ListProjects: {
    readOnly: true,
    permissions: () => ({ action: 'codebuild:ListProjects', resource: '*' }),
    run: (input: ListProjectsInput, state) => listProjects(state, input),
  },
};

export function onProject(
  action: string,
  given: string | undefined,
  { cloud }: Pick<CodeBuildState, 'cloud'>,
): Permission {
  return {
    action: `codebuild:${action}`,
    resource: given === undefined ? '*' : projectArn(cloud, projectName(given)),
  };
}

function onChange(
  action: string,
  { name, serviceRole }: UpdateProjectInput,
  state: CodeBuildState,
): readonly Permission[] {
  return [
    onProject(action, name, state),
    ...(serviceRole === undefined ? [] : [passRole(serviceRole, CODEBUILD_PRINCIPAL)]),
  ];
}

async function createProject(
  state: CodeBuildState,
  input: Checked<CreateProjectInput>,
): Promise<CreateProjectOutput> {
  const { cloud, store } = state;
  const { name } = input;
  const arn = projectArn(cloud, name);
  if (store.projects.has(name)) throw new ResourceAlreadyExistsException('Project', arn);
  if (store.projects.size >= MAX_PROJECTS) {
    throw new AccountLimitExceededException('Cannot have more than 5000 projects for the account');
  }
  await checkProject(state, name, input);
  const now = cloud.clock.now();
  const project = { name, content: input, created: now, lastModified: now, buildCount: 0 };
  store.projects.put(name, project);
  return { project: describeProject(state, project) };
}

async function updateProject(
  state: CodeBuildState,
  input: Checked<UpdateProjectInput>,
): Promise<UpdateProjectOutput> {
  const former = findProject(state, input.name);
  const content = { ...former.content, ...input, name: former.name } as CreateProjectInput;
  await checkProject(state, former.name, content);
  const project = { ...former, content, lastModified: state.cloud.clock.now() };
  state.store.projects.put(former.name, project);
  return { project: describeProject(state, project) };
}

/** @throws InvalidInputException */
async function checkProject(
  { cloud }: CodeBuildState,
  name: string,
  { artifacts, serviceRole = '', source }: CreateProjectInput,
): Promise<void> {
  const isOfPipeline = source?.type === 'CODEPIPELINE';
  if (isOfPipeline !== (artifacts?.type === 'CODEPIPELINE')) {
    throw new InvalidInputException(
      'Invalid artifacts: artifact type CODEPIPELINE should be used with source type CODEPIPELINE',
    );
  }
  if (source?.type === 'NO_SOURCE' && source.buildspec === undefined) {
    throw new InvalidInputException(
      'Invalid buildspec: buildspec is required for source type NO_SOURCE',
    );
  }
  if (artifacts?.type === 'S3' && (artifacts.location ?? '') === '') {
    throw new InvalidInputException('Invalid artifacts: location is required');
  }
  const sourceArn = projectArn(cloud, name);
  try {
    const service = { kind: 'service', service: CODEBUILD_PRINCIPAL, sourceArn } as const;
    await assumeRole(cloud, service, serviceRole, name);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new InvalidInputException(
      `CodeBuild is not authorized to perform: sts:AssumeRole on ${serviceRole}`,
    );
  }
}

function batchGetProjects(
  state: CodeBuildState,
  { names = [] }: BatchGetProjectsInput,
): BatchGetProjectsOutput {
  const found = names.map((name) => state.store.projects.get(projectName(name)));
  return {
    projects: found.flatMap((project) =>
      project === undefined ? [] : [describeProject(state, project)],
    ),
    projectsNotFound: names.filter((_, index) => found[index] === undefined),
  };
}

function listProjects({ store }: CodeBuildState, input: ListProjectsInput): ListProjectsOutput {
  const records = Array.from(store.projects.entries(), ([, project]) => project);
  const { sortBy = 'NAME' } = input;
  if (sortBy !== 'NAME') {
    const member = sortBy === 'CREATED_TIME' ? 'created' : 'lastModified';
    records.sort((one, other) => one[member] - other[member]);
  }
  const { items, ...page } = pageOf(
    records.map(({ name }) => name),
    input,
  );
  return { projects: items, ...page };
}

/** @throws ProjectMissing */
export function findProject({ cloud, store }: CodeBuildState, given: string): ProjectRecord {
  const name = projectName(given);
  const project = store.projects.get(name);
  if (project === undefined) throw new ProjectMissing(projectArn(cloud, name));
  return project;
}

function describeProject({ cloud }: CodeBuildState, project: ProjectRecord): Project {
  const { badgeEnabled, ...content } = project.content;
  return {
    ...content,
    arn: projectArn(cloud, project.name),
    created: new Date(project.created),
    lastModified: new Date(project.lastModified),
    timeoutInMinutes: content.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES,
    queuedTimeoutInMinutes: content.queuedTimeoutInMinutes ?? DEFAULT_QUEUED_MINUTES,
    encryptionKey: content.encryptionKey ?? cloud.arn('kms', 'alias/aws/s3'),
    cache: content.cache ?? { type: 'NO_CACHE' },
    badge: { badgeEnabled: badgeEnabled ?? false },
    projectVisibility: 'PRIVATE',
    tags: content.tags ?? [],
  };
}
