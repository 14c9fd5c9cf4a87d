import type { Cloud } from '../../cloud/cloud.ts';
import { buildArn } from './arns.ts';
import { describeBuild } from './describe-build.ts';
import type { BuildRecord, PhaseRecord } from './store.ts';

/** https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html */
export function publishBuildState(cloud: Cloud, build: BuildRecord): void {
  const { artifacts, environment, logs, source } = describeBuild(cloud, build);
  cloud.publish({
    source: 'aws.codebuild',
    'detail-type': 'CodeBuild Build State Change',
    resources: [buildArn(cloud, build.id)],
    detail: {
      'build-status': build.status,
      'project-name': build.project,
      'build-id': buildArn(cloud, build.id),
      'current-phase': build.currentPhase,
      'current-phase-context': '[]',
      version: '1',
      'additional-information': {
        artifact: artifacts,
        environment: {
          image: environment?.image,
          'privileged-mode': environment?.privilegedMode,
          'compute-type': environment?.computeType,
          type: environment?.type,
          'environment-variables': environment?.environmentVariables,
        },
        'timeout-in-minutes': build.settings.timeoutMinutes,
        'build-complete': build.endedAt !== undefined,
        initiator: build.initiator,
        'build-start-time': eventTime(build.startedAt),
        source,
        ...(build.settings.sourceVersion !== undefined && {
          'source-version': build.settings.sourceVersion,
        }),
        logs: { 'group-name': logs?.groupName, 'stream-name': logs?.streamName },
        phases: build.phases.map(phaseDetail),
      },
    },
  });
}

function phaseDetail({ contexts = [], endedAt, startedAt, status, type }: PhaseRecord) {
  return {
    'phase-type': type,
    'start-time': eventTime(startedAt),
    ...(endedAt !== undefined && {
      'end-time': eventTime(endedAt),
      'duration-in-seconds': Math.floor((endedAt - startedAt) / 1_000),
      'phase-status': status,
      'phase-context': contexts.map(
        ({ message, statusCode }) => `${statusCode ?? ''}: ${message ?? ''}`,
      ),
    }),
  };
}

/** As in AWS's example: `Sep 1, 2017 4:12:29 PM`. */
function eventTime(at: number): string {
  return new Date(at).toLocaleString('en-US', {
    timeZone: 'UTC',
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
}
