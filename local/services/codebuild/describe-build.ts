import type { Build, BuildPhase, ProjectArtifacts, ProjectSource } from '@aws-sdk/client-codebuild';
import type { Cloud } from '../../cloud/cloud.ts';
import { buildArn } from './arns.ts';
import type { BuildRecord, PhaseRecord } from './store.ts';

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html */
export function describeBuild(cloud: Cloud, build: BuildRecord): Build {
  const { settings } = build;
  const isOfPipeline = build.initiator.startsWith('codepipeline/');
  return {
    id: build.id,
    arn: buildArn(cloud, build.id),
    buildNumber: build.number,
    startTime: new Date(build.startedAt),
    ...(build.endedAt !== undefined && { endTime: new Date(build.endedAt) }),
    currentPhase: build.currentPhase,
    buildStatus: build.status,
    ...(settings.sourceVersion !== undefined && {
      sourceVersion: settings.sourceVersion,
      resolvedSourceVersion: settings.sourceVersion,
    }),
    projectName: build.project,
    phases: build.phases.map(describePhase),
    source: isOfPipeline ? ofPipeline(settings.source) : settings.source,
    secondarySources: isOfPipeline ? [] : [...settings.secondarySources],
    artifacts: artifactsOf(build),
    secondaryArtifacts: build.uploaded.filter((one) => one.artifactIdentifier !== undefined),
    cache: settings.cache ?? { type: 'NO_CACHE' },
    environment: { ...settings.environment, environmentVariables: [...settings.variables] },
    serviceRole: settings.serviceRole,
    logs: logsOf(cloud, build),
    timeoutInMinutes: settings.timeoutMinutes,
    queuedTimeoutInMinutes: settings.queuedMinutes,
    buildComplete: build.endedAt !== undefined,
    initiator: build.initiator,
    encryptionKey: settings.encryptionKey,
    exportedEnvironmentVariables: [...build.exported],
    reportArns: [...build.reportArns],
  };
}

/** Pipelines hand objects of their bucket over, and the build says that its source is the pipeline. */
function ofPipeline({ location: _location, ...source }: ProjectSource): ProjectSource {
  return { ...source, type: 'CODEPIPELINE' };
}

function artifactsOf({ settings, uploaded }: BuildRecord) {
  const [primary] = uploaded.filter((one) => one.artifactIdentifier === undefined);
  return primary ?? { location: locationOf(settings.artifacts) };
}

function locationOf({ location, name, path, type }: ProjectArtifacts): string {
  if (type !== 'S3') return '';
  return `arn:aws:s3:::${[location, path, name].filter((part) => part !== undefined && part !== '').join('/')}`;
}

function logsOf(cloud: Cloud, { logStream, settings }: BuildRecord) {
  const { cloudWatchLogs = { status: 'ENABLED' } } = settings.logs;
  if (logStream === undefined) return { cloudWatchLogs };
  const { group, stream } = logStream;
  const arn = cloud.arn('logs', `log-group:${group}:log-stream:${stream}`);
  return { groupName: group, streamName: stream, cloudWatchLogs, cloudWatchLogsArn: arn };
}

export function describePhase({
  contexts,
  endedAt,
  startedAt,
  status,
  type,
}: PhaseRecord): BuildPhase {
  return {
    phaseType: type,
    startTime: new Date(startedAt),
    ...(status !== undefined && { phaseStatus: status }),
    ...(endedAt !== undefined && {
      endTime: new Date(endedAt),
      durationInSeconds: Math.floor((endedAt - startedAt) / 1_000),
    }),
    ...(contexts !== undefined && { contexts: [...contexts] }),
  };
}
