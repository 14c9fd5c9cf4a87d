import {
  type ActionDeclaration,
  CodePipelineClient,
  type Condition,
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  OverrideStageConditionCommand,
  type PipelineDeclaration,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  type StageDeclaration,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import type { ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createLogsService } from '../logs/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createSnsService } from '../sns/index.ts';
import { createCodePipelineService } from './index.ts';

const ROLE = 'arn:aws:iam::000000000000:role/pipeline';
const events: ServiceEvent[] = [];

const listener: ServiceFactory = () => ({
  name: 'eventbridge',
  operations: {},
  accessDenied: (message) => new ServiceError('AccessDenied', message),
  onEvent: (event) => void events.push(event),
});

let runtime: TestRuntime;
let client: CodePipelineClient;
let count = 0;

beforeAll(async () => {
  runtime = await startTestRuntime([
    createCodePipelineService,
    createLogsService,
    createS3Service,
    createSnsService,
    listener,
  ]);
  client = new CodePipelineClient(runtime.clientConfig);
  const iam = new IAMClient(runtime.clientConfig);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'codepipeline.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  });
  const Statement = { Effect: 'Allow', Action: ['s3:*', 'logs:*', 'sns:Publish'], Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName: 'pipeline', AssumeRolePolicyDocument }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'pipeline', PolicyName: 'p', PolicyDocument }),
  );
  const s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'artifacts', VersioningConfiguration }));
  const Body = zipSync({ 'hello.txt': strToU8('hello') });
  await s3.send(new PutObjectCommand({ Bucket: 'artifacts', Key: 'source.zip', Body }));
});

afterAll(() => runtime.stop());

interface Detail {
  readonly 'execution-id': string;
  readonly state: string;
  readonly stage?: string;
  readonly action?: string;
}

const source: ActionDeclaration = {
  name: 'Files',
  actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
  configuration: { S3Bucket: 'artifacts', S3ObjectKey: 'source.zip' },
  outputArtifacts: [{ name: 'Source' }],
  namespace: 'source',
};

const commands = (...list: string[]): ActionDeclaration => ({
  name: 'Run',
  actionTypeId: { category: 'Compute', owner: 'AWS', provider: 'Commands', version: '1' },
  commands: list,
  inputArtifacts: [{ name: 'Source' }],
});

const approval: ActionDeclaration = {
  name: 'Ok',
  actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
  configuration: { CustomData: 'commit #{source.VersionId} for #{variables.who}' },
};

async function create(
  stages: StageDeclaration[],
  more: Partial<PipelineDeclaration> = {},
): Promise<string> {
  count += 1;
  const name = `pipeline-${count}`;
  await client.send(
    new CreatePipelineCommand({
      pipeline: {
        name,
        roleArn: ROLE,
        pipelineType: 'V2',
        executionMode: 'QUEUED',
        artifactStore: { type: 'S3', location: 'artifacts' },
        variables: [{ name: 'who', defaultValue: 'everyone' }],
        stages: [{ name: 'Source', actions: [source] }, ...stages],
        ...more,
      },
    }),
  );
  return name;
}

async function start(name: string): Promise<string> {
  const { pipelineExecutionId = '' } = await client.send(
    new StartPipelineExecutionCommand({ name }),
  );
  return pipelineExecutionId;
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not happen.');
}

const ended = (pipelineName: string, pipelineExecutionId: string) =>
  until(async () => {
    const input = { pipelineName, pipelineExecutionId };
    const { pipelineExecution } = await client.send(new GetPipelineExecutionCommand(input));
    const { status = '' } = pipelineExecution ?? {};
    return status === 'InProgress' || status === 'Stopping' ? undefined : pipelineExecution;
  });

const stageNamed = async (name: string, stage: string) => {
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
  return stageStates.find(({ stageName }) => stageName === stage);
};

const tokenOf = (name: string, stage: string) =>
  until(async () => (await stageNamed(name, stage))?.actionStates?.[0]?.latestExecution?.token);

const answer = (pipelineName: string, status: 'Approved' | 'Rejected', token: string) =>
  client.send(
    new PutApprovalResultCommand({
      pipelineName,
      stageName: 'Approve',
      actionName: 'Ok',
      result: { status, summary: `${status} here` },
      token,
    }),
  );

async function actionsOf(pipelineName: string, pipelineExecutionId: string) {
  const filter = { pipelineExecutionId };
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName, filter }),
  );
  return actionExecutionDetails;
}

describe('an execution', () => {
  it('runs its stages with the artifacts and variables of the ones before', async () => {
    const name = await create([
      {
        name: 'Build',
        actions: [
          {
            ...commands('cat hello.txt > made.txt', 'export RESULT=$(cat made.txt)!'),
            outputVariables: ['RESULT'],
            namespace: 'build',
            outputArtifacts: [{ name: 'Built', files: ['made.txt'] }],
          },
          {
            ...commands('test "$SAID" = given', 'cat made.txt', 'test ! -e hello.txt'),
            name: 'Second',
            runOrder: 2,
            inputArtifacts: [{ name: 'Built' }],
            environmentVariables: [{ name: 'SAID', value: 'given' }],
          },
        ],
        beforeEntry: {
          conditions: [
            {
              result: 'FAIL',
              rules: [
                {
                  name: 'Who',
                  ruleTypeId: {
                    category: 'Rule',
                    owner: 'AWS',
                    provider: 'VariableCheck',
                    version: '1',
                  },
                  configuration: {
                    Variable: '#{variables.who}',
                    Operator: 'MATCHES',
                    Value: 'every.*',
                  },
                },
              ],
            },
          ],
        },
      },
    ]);
    const id = await start(name);

    const execution = await ended(name, id);

    expect(execution).toMatchObject({
      status: 'Succeeded',
      artifactRevisions: [{ name: 'Source', revisionId: expect.any(String) }],
      variables: [{ name: 'who', resolvedValue: 'everyone' }],
      trigger: { triggerType: 'StartPipelineExecution' },
    });
    const [, build] = (await actionsOf(name, id)).map(({ output }) => output);
    expect(build).toMatchObject({
      outputVariables: { RESULT: 'hello!' },
      outputArtifacts: [{ name: 'Built', s3location: { bucket: 'artifacts' } }],
    });
  });

  it('publishes the states of pipeline, stages and actions', async () => {
    const name = await create([{ name: 'Build', actions: [commands('true')] }]);
    const id = await start(name);
    await ended(name, id);

    const states = events
      .map((event) => ({
        kind: event['detail-type'].split(' ')[1],
        detail: event.detail as Detail,
      }))
      .filter(({ detail }) => detail['execution-id'] === id)
      .map(({ detail: { action, stage, state }, kind }) =>
        [kind, stage, action, state].filter((part) => part !== undefined).join(' '),
      );

    expect(states).toEqual([
      'Pipeline STARTED',
      'Stage Source STARTED',
      'Action Source Files STARTED',
      'Action Source Files SUCCEEDED',
      'Stage Source SUCCEEDED',
      'Stage Build STARTED',
      'Action Build Run STARTED',
      'Action Build Run SUCCEEDED',
      'Stage Build SUCCEEDED',
      'Pipeline SUCCEEDED',
    ]);
  });

  it('stops at a failed action, names the reason, and can be retried', async () => {
    const name = await create([
      { name: 'Build', actions: [commands('true'), { ...commands('exit 7'), name: 'Bad' }] },
      { name: 'Never', actions: [commands('true')] },
    ]);
    const id = await start(name);
    await ended(name, id);
    const failed = await stageNamed(name, 'Build');
    const input = { pipelineName: name, pipelineExecutionId: id, stageName: 'Build' };
    await client.send(new RetryStageExecutionCommand({ ...input, retryMode: 'FAILED_ACTIONS' }));
    const again = await ended(name, id);

    expect(failed).toMatchObject({
      latestExecution: { pipelineExecutionId: id, status: 'Failed' },
      actionStates: [
        { latestExecution: { status: 'Succeeded' } },
        {
          latestExecution: {
            status: 'Failed',
            errorDetails: {
              code: 'JobFailed',
              message: 'Error while executing command: exit 7. Reason: exit status 7',
            },
          },
        },
      ],
    });
    expect(again.status).toBe('Failed');
    const ran = (await actionsOf(name, id)).map(({ actionName }) => actionName);
    expect(ran).toEqual(['Bad', 'Bad', 'Run', 'Files']);
    expect((await stageNamed(name, 'Never'))?.latestExecution).toBeUndefined();
  });

  it('waits for an approval, whose token counts once', async () => {
    const name = await create([{ name: 'Approve', actions: [approval] }]);
    const id = await start(name);
    const token = await tokenOf(name, 'Approve');
    const wrong = await answer(name, 'Approved', '00000000-0000-0000-0000-000000000000').catch(
      (error: Error) => error.name,
    );
    await answer(name, 'Approved', token);
    const execution = await ended(name, id);
    const late = await answer(name, 'Rejected', token).catch((error: Error) => error.name);

    const [ok] = await actionsOf(name, id);
    expect(execution.status).toBe('Succeeded');
    expect([wrong, late]).toEqual([
      'InvalidApprovalTokenException',
      'ApprovalAlreadyCompletedException',
    ]);
    expect(ok?.input?.resolvedConfiguration?.['CustomData']).toMatch(/^commit \S+ for everyone$/);
    expect(ok?.updatedBy).toBe('arn:aws:iam::000000000000:root');
  });

  it('that was stopped takes no approval, and the next one takes no token of it', async () => {
    const name = await create([{ name: 'Approve', actions: [approval] }]);
    const stopped = await start(name);
    const token = await tokenOf(name, 'Approve');
    await client.send(
      new StopPipelineExecutionCommand({
        pipelineName: name,
        pipelineExecutionId: stopped,
        abandon: true,
      }),
    );
    await ended(name, stopped);
    const late = await answer(name, 'Approved', token).catch((error: Error) => error.name);
    await start(name);
    const next = await tokenOf(name, 'Approve');
    const foreign = await answer(name, 'Approved', token).catch((error: Error) => error.name);

    expect([late, foreign]).toEqual(Array(2).fill('ApprovalAlreadyCompletedException'));
    expect(await tokenOf(name, 'Approve')).toBe(next);
  });

  it('fails when it is rejected', async () => {
    const name = await create([{ name: 'Approve', actions: [approval] }]);
    const id = await start(name);
    await answer(name, 'Rejected', await tokenOf(name, 'Approve'));

    expect((await ended(name, id)).status).toBe('Failed');
    const [ok] = await actionsOf(name, id);
    expect(ok).toMatchObject({
      status: 'Failed',
      output: { executionResult: { externalExecutionSummary: 'Rejected here' } },
    });
  });

  it('waits in QUEUED for the one before, and in SUPERSEDED gives way to the newest', async () => {
    const stages = [{ name: 'Approve', actions: [approval] }];
    const statuses = async (executionMode: 'QUEUED' | 'SUPERSEDED') => {
      const name = await create(stages, { executionMode });
      const ids: string[] = [];
      for (let n = 0; n < 3; n += 1) ids.push(await start(name));
      await tokenOf(name, 'Approve');
      await until(async () => {
        const { pipelineExecutionSummaries = [] } = await client.send(
          new ListPipelineExecutionsCommand({ pipelineName: name }),
        );
        const waiting = (await stageNamed(name, 'Approve'))?.inboundExecutions?.length;
        const done = pipelineExecutionSummaries.filter(({ status }) => status === 'Superseded');
        return waiting === (executionMode === 'QUEUED' ? 2 : 1) || done.length === 2
          ? true
          : undefined;
      });
      await answer(name, 'Approved', await tokenOf(name, 'Approve'));
      const first = await ended(name, ids[0] ?? '');
      await client.send(
        new StopPipelineExecutionCommand({
          pipelineName: name,
          pipelineExecutionId: ids[2] ?? '',
          abandon: true,
        }),
      );
      if (executionMode === 'QUEUED') {
        await answer(name, 'Approved', await tokenOf(name, 'Approve'));
      }
      const [second, third] = [await ended(name, ids[1] ?? ''), await ended(name, ids[2] ?? '')];
      return [first.status, second.status, third.status];
    };

    expect(await statuses('QUEUED')).toEqual(['Succeeded', 'Succeeded', 'Stopped']);
    expect(await statuses('SUPERSEDED')).toEqual(['Succeeded', 'Superseded', 'Stopped']);
  });

  it('does not pass a disabled transition', async () => {
    const name = await create([{ name: 'Build', actions: [commands('true')] }]);
    const transition = {
      pipelineName: name,
      stageName: 'Build',
      transitionType: 'Inbound',
    } as const;
    await client.send(new DisableStageTransitionCommand({ ...transition, reason: 'freeze' }));
    const id = await start(name);
    const waiting = await until(async () => {
      const stage = await stageNamed(name, 'Build');
      return stage?.inboundExecution === undefined ? undefined : stage;
    });
    await client.send(new EnableStageTransitionCommand(transition));

    expect(waiting).toMatchObject({
      inboundExecution: { pipelineExecutionId: id },
      inboundTransitionState: { enabled: false, disabledReason: 'freeze' },
    });
    expect((await ended(name, id)).status).toBe('Succeeded');
  });

  it('is stopped by a condition, which can be overridden', async () => {
    const closed = {
      name: 'Window',
      ruleTypeId: { category: 'Rule', owner: 'AWS', provider: 'DeploymentWindow', version: '1' },
      configuration: { Cron: '0 0 0 ? JAN MON 2199', TimeZone: 'UTC' },
    } as const;
    const name = await create([
      {
        name: 'Deploy',
        actions: [commands('true')],
        beforeEntry: { conditions: [{ result: 'FAIL', rules: [closed] }] },
      },
    ]);
    const id = await start(name);
    const failed = await ended(name, id);
    const state = await stageNamed(name, 'Deploy');
    await client.send(
      new OverrideStageConditionCommand({
        pipelineName: name,
        pipelineExecutionId: id,
        stageName: 'Deploy',
        conditionType: 'BEFORE_ENTRY',
      }),
    );
    const passed = await ended(name, id);

    expect(failed.status).toBe('Failed');
    expect(state?.beforeEntryConditionState).toMatchObject({
      latestExecution: {
        status: 'Failed',
        summary: 'The deployment window is closed. It opens next: 2199-01-07T00:00:00.000Z.',
      },
      conditionStates: [
        { ruleStates: [{ ruleName: 'Window', latestExecution: { status: 'Failed' } }] },
      ],
    });
    expect(passed.status).toBe('Succeeded');
    expect(
      (await stageNamed(name, 'Deploy'))?.beforeEntryConditionState?.latestExecution?.status,
    ).toBe('Overridden');
  });

  it('rolls a failed stage back to the last one that succeeded, as an execution of its own', async () => {
    const name = await create([
      {
        name: 'Deploy',
        actions: [
          {
            ...commands('test "$FAIL" != yes'),
            environmentVariables: [{ name: 'FAIL', value: '#{variables.who}' }],
          },
        ],
        onFailure: { result: 'ROLLBACK' },
      },
    ]);
    const good = await start(name);
    await ended(name, good);
    const { pipelineExecutionId: bad = '' } = await client.send(
      new StartPipelineExecutionCommand({ name, variables: [{ name: 'who', value: 'yes' }] }),
    );
    await ended(name, bad);
    const rollback = await until(async () => {
      const { pipelineExecutionSummaries = [] } = await client.send(
        new ListPipelineExecutionsCommand({ pipelineName: name }),
      );
      return pipelineExecutionSummaries.find(({ executionType }) => executionType === 'ROLLBACK');
    });
    const back = await ended(name, rollback.pipelineExecutionId ?? '');
    const { pipelineExecutionId: manual = '' } = await client.send(
      new RollbackStageCommand({
        pipelineName: name,
        stageName: 'Deploy',
        targetPipelineExecutionId: good,
      }),
    );

    expect(back).toMatchObject({
      status: 'Succeeded',
      executionType: 'ROLLBACK',
      trigger: { triggerType: 'AutomatedRollback' },
      rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
    });
    expect((await ended(name, manual)).trigger?.triggerType).toBe('ManualRollback');
  });

  it('is cancelled by a change of its pipeline', async () => {
    const name = await create([{ name: 'Approve', actions: [approval] }]);
    const id = await start(name);
    await tokenOf(name, 'Approve');
    await client.send(
      new UpdatePipelineCommand({
        pipeline: {
          name,
          roleArn: ROLE,
          pipelineType: 'V2',
          artifactStore: { type: 'S3', location: 'artifacts' },
          stages: [
            { name: 'Source', actions: [source] },
            { name: 'Build', actions: [commands('true')] },
          ],
        },
      }),
    );

    expect((await ended(name, id)).status).toBe('Cancelled');
  });
});

const otherAction = (
  provider: string,
  category: 'Deploy' | 'Invoke',
  configuration = {},
): ActionDeclaration => ({
  name: 'A',
  actionTypeId: { category, owner: 'AWS', provider, version: '1' },
  configuration,
});

const skippedOutsideOfWindow = {
  result: 'SKIP',
  rules: [
    {
      name: 'Hours',
      ruleTypeId: { category: 'Rule', owner: 'AWS', provider: 'DeploymentWindow', version: '1' },
      configuration: { Cron: '* * 9-17 ? * MON-FRI *' },
    },
  ],
} satisfies Condition;

describe('a pipeline is refused', () => {
  it.each<[string, StageDeclaration[], Partial<PipelineDeclaration>, string, RegExp]>([
    ['without a second stage', [], {}, 'InvalidStructureException', /minimum of 2 stages/],
    [
      'with an unknown provider',
      [{ name: 'B', actions: [otherAction('ElasticBeanstalk', 'Deploy')] }],
      {},
      'NotImplemented',
      /the action B\/A of the provider ElasticBeanstalk/,
    ],
    [
      'in PARALLEL',
      [{ name: 'B', actions: [approval] }],
      { executionMode: 'PARALLEL' },
      'NotImplemented',
      /the mode PARALLEL/,
    ],
    [
      'with a missing setting',
      [{ name: 'B', actions: [otherAction('StepFunctions', 'Invoke')] }],
      {},
      'InvalidActionDeclarationException',
      /missing required configuration 'StateMachineArn'/,
    ],
    [
      'with an unknown setting',
      [{ name: 'B', actions: [otherAction('Lambda', 'Invoke', { FunctionName: 'f', X: 'y' })] }],
      {},
      'InvalidActionDeclarationException',
      /unknown configuration 'X'/,
    ],
    [
      'with an artifact that nothing gives',
      [{ name: 'B', actions: [{ ...commands('true'), inputArtifacts: [{ name: 'None' }] }] }],
      {},
      'InvalidStructureException',
      /'None' of action Run/,
    ],
    [
      'with a namespace that does not exist',
      [{ name: 'B', actions: [{ ...approval, configuration: { CustomData: '#{later.X}' } }] }],
      {},
      'InvalidStructureException',
      /StageName=\[B\], ActionName=\[Ok\], ActionConfigurationKey=\[CustomData\], VariableReferenceText=\[#\{later.X\}\]/,
    ],
    [
      'with a source in a later stage',
      [{ name: 'B', actions: [{ ...source, name: 'Again', outputArtifacts: [{ name: 'Two' }] }] }],
      {},
      'InvalidStructureException',
      /Only the first stage/,
    ],
    [
      // https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CodeBuild.html
      'with a rule that cannot skip a stage',
      [{ name: 'B', actions: [approval], beforeEntry: { conditions: [skippedOutsideOfWindow] } }],
      {},
      'InvalidStageDeclarationException',
      /Hours of the provider DeploymentWindow cannot skip stage B/,
    ],
  ])('%s', async (_, stages, more, name, message) => {
    await expect(create(stages, more)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });
});
