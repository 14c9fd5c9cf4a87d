import type {
  EnvironmentVariable,
  ProjectArtifacts,
  ProjectEnvironment,
  ProjectSource,
  StartBuildInput,
} from '@aws-sdk/client-codebuild';
import type { Checked } from '../../cloud/operation.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { Call } from '../../cloud/service.ts';
import {
  AccountLimitExceededException,
  InvalidInputException,
  UnsupportedFeature,
} from './errors.ts';
import { DEFAULT_QUEUED_MINUTES, DEFAULT_TIMEOUT_MINUTES, KEPT_BUILDS } from './limits.ts';
import { findProject } from './projects.ts';
import type { CodeBuildState } from './state.ts';
import type { BuildRecord, BuildSettings, ProjectRecord } from './store.ts';

/** A request with the same token and the same build is the same request. */
const TOKEN_LIFETIME_MS = 300_000;

/** @throws ProjectMissing, InvalidInputException, AccountLimitExceededException, UnsupportedFeature */
export function startBuild(
  state: CodeBuildState,
  input: Checked<StartBuildInput>,
  { principal }: Pick<Call, 'principal'>,
): BuildRecord {
  const { cloud, store } = state;
  const project = findProject(state, input.projectName);
  const repeated = repeatedBuild(state, project, input.idempotencyToken);
  if (repeated !== undefined) return repeated;
  const settings = settingsOf(project, input, cloud.arn('kms', 'alias/aws/s3'));
  checkSettings(settings);
  checkConcurrency(state, project);
  const number = project.buildCount + 1;
  store.projects.put(project.name, { ...project, buildCount: number });
  const build: BuildRecord = {
    id: `${project.name}:${cloud.random.uuid()}`,
    project: project.name,
    number,
    initiator: initiatorOf(principal),
    settings,
    status: 'IN_PROGRESS',
    currentPhase: 'QUEUED',
    phases: [],
    startedAt: cloud.clock.now(),
    exported: [],
    uploaded: [],
    reportArns: [],
    ...(input.idempotencyToken !== undefined && { token: input.idempotencyToken }),
  };
  state.runs.begin(build);
  forgetOldest(state, project.name);
  return store.build(build.id) ?? build;
}

function repeatedBuild(
  { cloud, store }: CodeBuildState,
  { name }: ProjectRecord,
  token: string | undefined,
): BuildRecord | undefined {
  if (token === undefined) return undefined;
  const earliest = cloud.clock.now() - TOKEN_LIFETIME_MS;
  return store.builds(name).find((build) => build.token === token && build.startedAt >= earliest);
}

/** What the request says goes before what the project says. */
function settingsOf(
  { content }: ProjectRecord,
  input: StartBuildInput,
  defaultKey: string,
): BuildSettings {
  const source = withoutUndefined<ProjectSource>({
    ...content.source,
    type: input.sourceTypeOverride ?? content.source?.type,
    location: input.sourceLocationOverride ?? content.source?.location,
    buildspec: input.buildspecOverride ?? content.source?.buildspec,
  });
  const cache = input.cacheOverride ?? content.cache;
  const sourceVersion = input.sourceVersion ?? content.sourceVersion;
  return {
    source,
    secondarySources: input.secondarySourcesOverride ?? content.secondarySources ?? [],
    artifacts: input.artifactsOverride ?? (content.artifacts as ProjectArtifacts),
    secondaryArtifacts: input.secondaryArtifactsOverride ?? content.secondaryArtifacts ?? [],
    environment: withoutUndefined<ProjectEnvironment>({
      ...content.environment,
      type: input.environmentTypeOverride ?? content.environment?.type,
      image: input.imageOverride ?? content.environment?.image,
      computeType: input.computeTypeOverride ?? content.environment?.computeType,
      privilegedMode: input.privilegedModeOverride ?? content.environment?.privilegedMode ?? false,
      environmentVariables: [],
    }),
    variables: mergedVariables(
      content.environment?.environmentVariables,
      input.environmentVariablesOverride,
    ),
    ...(cache !== undefined && { cache }),
    logs: input.logsConfigOverride ?? content.logsConfig ?? {},
    serviceRole: input.serviceRoleOverride ?? content.serviceRole ?? '',
    timeoutMinutes:
      input.timeoutInMinutesOverride ?? content.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES,
    queuedMinutes:
      input.queuedTimeoutInMinutesOverride ??
      content.queuedTimeoutInMinutes ??
      DEFAULT_QUEUED_MINUTES,
    encryptionKey: input.encryptionKeyOverride ?? content.encryptionKey ?? defaultKey,
    ...(sourceVersion !== undefined && { sourceVersion }),
  };
}

function mergedVariables(
  ofProject: readonly EnvironmentVariable[] = [],
  ofRequest: readonly EnvironmentVariable[] = [],
): readonly EnvironmentVariable[] {
  const byName = new Map([...ofProject, ...ofRequest].map((one) => [one.name, one]));
  return [...byName.values()];
}

/** @throws UnsupportedFeature or InvalidInputException */
function checkSettings({ environment, secondarySources, source, variables }: BuildSettings): void {
  for (const { type } of [source, ...secondarySources]) {
    if (type === 'CODEPIPELINE') {
      throw new InvalidInputException(
        'Project source type CODEPIPELINE cannot be started without a pipeline: override its source',
      );
    }
    if (type !== 'NO_SOURCE' && type !== 'S3') {
      throw new UnsupportedFeature(
        `a build with the source ${type}, only with S3, NO_SOURCE or as an action of a pipeline`,
      );
    }
  }
  const secret = variables.find(({ type }) => type === 'SECRETS_MANAGER');
  if (secret !== undefined) {
    throw new UnsupportedFeature(`the environment variable ${secret.name} of Secrets Manager`);
  }
  if (!/^(?:ARM|LINUX)_/.test(environment.type ?? '')) {
    throw new UnsupportedFeature(`a build in the environment ${environment.type}`);
  }
}

/** @throws AccountLimitExceededException */
function checkConcurrency({ store }: CodeBuildState, { content, name }: ProjectRecord): void {
  const { concurrentBuildLimit: limit } = content;
  if (limit === undefined || limit <= 0) return;
  const running = store.builds(name).filter(({ status }) => status === 'IN_PROGRESS').length;
  if (running >= limit) {
    throw new AccountLimitExceededException(
      `Cannot have more than ${limit} active builds for the project`,
    );
  }
}

/** The sessions in which pipelines start builds are named after them. */
const PIPELINE_SESSION = /^AWSCodePipeline@(.+)$/;

function initiatorOf(principal: Principal): string {
  if (principal.kind === 'service') return principal.service;
  const [, pipeline] =
    (principal.kind === 'role' && PIPELINE_SESSION.exec(principal.sessionName)) || [];
  if (pipeline !== undefined) return `codepipeline/${pipeline}`;
  return principal.arn.slice(principal.arn.lastIndexOf(':') + 1);
}

function forgetOldest({ store }: CodeBuildState, project: string): void {
  const ended = store.builds(project).filter(({ endedAt }) => endedAt !== undefined);
  for (const { id } of ended.slice(0, Math.max(0, ended.length - KEPT_BUILDS))) {
    store.deleteBuild(id);
  }
}

function withoutUndefined<Value extends object>(
  value: { readonly [Key in keyof Value]: Value[Key] | undefined },
): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as Value;
}
