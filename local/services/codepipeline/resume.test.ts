import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCodeBuildService } from '../codebuild/index.ts';
import { createLogsService } from '../logs/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createCodePipelineService } from './index.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const ROLE = 'arn:aws:iam::000000000000:role/steps';
const folder = mkdtempSync(join(tmpdir(), 'stepmill-pipeline-'));

afterAll(() => rmSync(folder, { recursive: true }));

const start = () =>
  startTestRuntime(
    [createCodePipelineService, createCodeBuildService, createLogsService, createS3Service],
    { stateFolder: folder },
  );

const action = (category: string, provider: string, more: object) => ({
  name: provider,
  actionTypeId: { category, owner: 'AWS', provider, version: '1' },
  ...more,
});

async function createPipeline({ cloud }: TestRuntime): Promise<void> {
  const call = (
    service: 'codebuild' | 'codepipeline' | 'iam' | 's3',
    name: string,
    input: object,
  ) => cloud.call(ROOT, service, name, input);
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: ['codebuild.amazonaws.com', 'codepipeline.amazonaws.com'] },
      Action: 'sts:AssumeRole',
    },
  };
  const Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await call('iam', 'CreateRole', {
    RoleName: 'steps',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  await call('iam', 'PutRolePolicy', { RoleName: 'steps', PolicyName: 'p', PolicyDocument });
  await call('s3', 'CreateBucket', { Bucket: 'artifacts' });
  const VersioningConfiguration = { Status: 'Enabled' };
  await call('s3', 'PutBucketVersioning', { Bucket: 'artifacts', VersioningConfiguration });
  // An archive without files.
  const Body = Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18)]);
  await call('s3', 'PutObject', { Bucket: 'artifacts', Key: 'source.zip', Body });
  await call('codebuild', 'CreateProject', {
    name: 'build',
    source: {
      type: 'CODEPIPELINE',
      buildspec: '{"version":"0.2","phases":{"build":{"commands":["sleep 1"]}}}',
    },
    artifacts: { type: 'CODEPIPELINE' },
    environment: { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL' },
    serviceRole: ROLE,
  });
  const configuration = { S3Bucket: 'artifacts', S3ObjectKey: 'source.zip' };
  const outputArtifacts = [{ name: 'Source' }];
  const inputArtifacts = [{ name: 'Source' }];
  await call('codepipeline', 'CreatePipeline', {
    pipeline: {
      name: 'p',
      roleArn: ROLE,
      pipelineType: 'V2',
      artifactStore: { type: 'S3', location: 'artifacts' },
      stages: [
        { name: 'Source', actions: [action('Source', 'S3', { configuration, outputArtifacts })] },
        { name: 'Approve', actions: [action('Approval', 'Manual', {})] },
        {
          name: 'Build',
          actions: [
            action('Build', 'CodeBuild', {
              configuration: { ProjectName: 'build' },
              inputArtifacts,
            }),
          ],
        },
      ],
    },
  });
}

interface State {
  readonly stageStates: readonly {
    readonly stageName: string;
    readonly actionStates: readonly {
      readonly latestExecution?: {
        readonly token?: string;
        readonly status?: string;
        readonly externalExecutionId?: string;
      };
    }[];
  }[];
}

async function latestOf(cloud: Cloud, stage: string) {
  const state = await cloud.call<State>(ROOT, 'codepipeline', 'GetPipelineState', { name: 'p' });
  const found = state.stageStates.find(({ stageName }) => stageName === stage);
  return found?.actionStates[0]?.latestExecution;
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not happen.');
}

it('an execution resumes at a start: the approval keeps its token, and a build is awaited, not started twice', async () => {
  const first = await start();
  await createPipeline(first);
  const { pipelineExecutionId } = await first.cloud.call<{ pipelineExecutionId: string }>(
    ROOT,
    'codepipeline',
    'StartPipelineExecution',
    { name: 'p' },
  );
  const token = await until(async () => (await latestOf(first.cloud, 'Approve'))?.token);
  await first.stop();

  const second = await start();
  const kept = await until(async () => (await latestOf(second.cloud, 'Approve'))?.token);
  await second.cloud.call(ROOT, 'codepipeline', 'PutApprovalResult', {
    pipelineName: 'p',
    stageName: 'Approve',
    actionName: 'Manual',
    token,
    result: { status: 'Approved', summary: 'ok' },
  });
  const build = await until(
    async () => (await latestOf(second.cloud, 'Build'))?.externalExecutionId,
  );
  await second.stop();

  const third = await start();
  const execution = await until(async () => {
    const answer = await third.cloud.call<{ pipelineExecution: { status: string } }>(
      ROOT,
      'codepipeline',
      'GetPipelineExecution',
      { pipelineName: 'p', pipelineExecutionId },
    );
    return answer.pipelineExecution.status === 'InProgress' ? undefined : answer.pipelineExecution;
  });
  const { ids } = await third.cloud.call<{ ids: string[] }>(ROOT, 'codebuild', 'ListBuilds', {});
  await third.stop();

  expect(kept).toBe(token);
  expect(execution.status).toBe('Succeeded');
  expect(ids).toEqual([build]);
}, 30_000);
