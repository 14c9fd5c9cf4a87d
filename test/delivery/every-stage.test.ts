import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import {
  CodePipelineClient,
  GetPipelineCommand,
  OverrideStageConditionCommand,
} from '@aws-sdk/client-codepipeline';
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DELIVERY, listBuildSteps, nameApiRole } from '../../delivery/index.ts';
import { apiBefore, problemOf } from '../../handlers/api/api.testing.ts';
import { type PipelineAccess, reachPipeline } from '../../handlers/api/pipeline-access.ts';
import { findConsoleDelivery } from '../../infra/delivery/console-access.ts';
import { ACCOUNTS, REGION, type StagesWorld, startStagesWorld } from './stages.testing.ts';

/**
 * One commit goes through the pipeline that the app synthesizes, with the commands of its steps, the CDK's toolkit and
 * three accounts. Every stage stops it once, for a reason outside of the commit, and is tried again.
 */
const PATIENCE_MS = 300_000;
const REPOSITORY = 'stepmill/predictor-http';

let world: StagesWorld;

beforeAll(async () => {
  world = await startStagesWorld();
}, PATIENCE_MS);

afterAll(() => world.end());

it('the pipeline that the app synthesizes is created here, in its account, with all its steps', async () => {
  const config = world.clientConfig('pipeline');
  const { pipeline } = await new CodePipelineClient(config).send(
    new GetPipelineCommand({ name: DELIVERY }),
  );
  const names = listBuildSteps(world.plan).map(({ name }) => `${DELIVERY}-${name.toLowerCase()}`);
  const { projects = [], projectsNotFound } = await new CodeBuildClient(config).send(
    new BatchGetProjectsCommand({ names }),
  );

  const omitted = world.runtime.provisioned?.stacks[0]?.notEmulated.filter((note) =>
    / was not created/.test(note),
  );
  expect(omitted).toEqual([]);
  expect(pipeline?.stages?.map(({ name }) => name)).toEqual([
    'Source',
    ...world.plan.stages.map(({ name }) => name),
  ]);
  expect(projectsNotFound).toEqual([]);
  expect(projects.length).toBe(names.length);
});

/** The stacks of an environment beside that of the bootstrap. */
async function stacksOf(account: 'dev' | 'prod'): Promise<readonly string[]> {
  const { StackSummaries = [] } = await new CloudFormationClient(world.clientConfig(account)).send(
    new ListStacksCommand(),
  );
  return StackSummaries.map(({ StackName = '', StackStatus }) => `${StackName} ${StackStatus}`)
    .filter((stack) => !stack.startsWith('CDKToolkit '))
    .toSorted();
}

const deployed = (environment: string) => [
  `stepmill-${environment}-abalone CREATE_COMPLETE`,
  `stepmill-${environment}-delivery CREATE_COMPLETE`,
];

/** Why a stage stops the commit, and what removes the reason. */
interface Stop {
  readonly stage: string;
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  readonly says: RegExp;
  readonly decisions?: { approve?: string[]; reject?: string[] };
  /** Once the delivery waits for an approval. */
  readonly decide?: () => Promise<void>;
  readonly dev: readonly string[];
}

const nothing = async () => {};

function stops(): readonly Stop[] {
  const ecr = new ECRClient(world.clientConfig('pipeline'));
  const ssm = new SSMClient(world.clientConfig('dev'));
  const cloudwatch = new CloudWatchClient(world.clientConfig('dev'));
  const Name = '/stepmill/dev/abalone-too';
  const alarm = (StateValue: 'ALARM' | 'OK') =>
    cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: 'stepmill-dev-abalone-failures',
        StateValue,
        StateReason: 'a test',
      }),
    );
  return [
    {
      stage: 'Source',
      begin: refuseConnection,
      end: allowConnection,
      says: /✗ Source \/ Source.*is not authorized to perform: codestar-connections:UseConnection/,
      dev: [],
    },
    {
      stage: 'Check',
      begin: async () => ['check', 'synth'].forEach((name) => world.mark(name, true)),
      end: async () => ['check', 'synth'].forEach((name) => world.mark(name, false)),
      says: /^(?=[\s\S]*the check says no)(?=[\s\S]*the app says no)/,
      dev: [],
    },
    {
      stage: 'Images',
      begin: () => ecr.send(new DeleteRepositoryCommand({ repositoryName: REPOSITORY })),
      end: () => ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY })),
      says: /The repository with name 'stepmill\/predictor-http' does not exist/,
      dev: [],
    },
    {
      stage: 'Deploy-dev',
      begin: nothing,
      end: () => world.bootstrap('dev'),
      says: /The role arn:aws:iam::111111111111:role\/cdk-hnb659fds-image-publishing-role-.* could not be taken on/,
      dev: [],
    },
    {
      stage: 'Deploy-dev',
      begin: () =>
        ssm.send(new PutParameterCommand({ Name, Type: 'String', Value: parameterOfNothing })),
      end: () => ssm.send(new DeleteParameterCommand({ Name })),
      says: /The smoke test of dev failed:[\s\S]*abalone-too: .*does-not-exist/i,
      dev: deployed('dev'),
    },
    {
      stage: 'Deploy-dev',
      begin: () => alarm('ALARM'),
      end: () => alarm('OK'),
      says: /an alarm rings: stepmill-dev-abalone-failures/,
      dev: deployed('dev'),
    },
    {
      stage: 'Train',
      begin: () =>
        setTraining({ Type: 'Fail', Error: 'Below the gate', Cause: 'mse 9 is above 6' }),
      end: () =>
        setTraining({ Type: 'Pass', Result: { metrics: { mse: { value: 4.5 } } }, End: true }),
      says: /Train-abalone.*FAILED. Below the gate: mse 9 is above 6/,
      dev: deployed('dev'),
    },
    {
      stage: 'Approve-prod',
      begin: nothing,
      end: () => world.bootstrap('prod'),
      says: /Review-prod[\s\S]*Could not assume role/,
      dev: deployed('dev'),
    },
    {
      stage: 'Approve-prod',
      begin: nothing,
      end: nothing,
      decide: rejectInConsole,
      says: /✗ Approve-prod \/ Approve-prod.*ada: Not on a Friday/,
      dev: deployed('dev'),
    },
    {
      stage: 'Deploy-prod',
      begin: nothing,
      end: nothing,
      decisions: { approve: ['Approve-prod'] },
      says: /Window-Deploy-prod.*The deployment window is closed. It opens next: /,
      dev: deployed('dev'),
    },
  ];
}

const parameterOfNothing = JSON.stringify({
  project: 'abalone-too',
  environment: 'dev',
  bucket: 'b',
  incomingPrefix: 'incoming/',
  claimsTable: 't',
  trainingStateMachineArn: `arn:aws:states:${REGION}:${ACCOUNTS.dev}:stateMachine:abalone-does-not-exist`,
  promotionStateMachineArn: `arn:aws:states:${REGION}:${ACCOUNTS.dev}:stateMachine:abalone-does-not-exist`,
  modelPackageGroupName: 'g',
  endpointName: 'abalone',
  topicArn: 't',
});

async function setTraining(only: object): Promise<void> {
  await new SFNClient(world.clientConfig('dev')).send(
    new UpdateStateMachineCommand({
      stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNTS.dev}:stateMachine:abalone-training`,
      definition: JSON.stringify({ StartAt: 'Only', States: { Only: only } }),
    }),
  );
}

const render = (Effect: 'Allow' | 'Deny', statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect, ...statement } });

/** The role with which the pipeline fetches commits has a policy of this name while it must not. */
async function sourcePolicy() {
  const { pipeline } = await new CodePipelineClient(world.clientConfig('pipeline')).send(
    new GetPipelineCommand({ name: DELIVERY }),
  );
  const RoleName = pipeline?.stages?.[0]?.actions?.[0]?.roleArn?.split('/').at(-1);
  return { RoleName, PolicyName: 'Withdrawn' };
}

async function refuseConnection(): Promise<void> {
  const PolicyDocument = render('Deny', {
    Action: 'codestar-connections:UseConnection',
    Resource: '*',
  });
  await new IAMClient(world.clientConfig('pipeline')).send(
    new PutRolePolicyCommand({ ...(await sourcePolicy()), PolicyDocument }),
  );
}

async function allowConnection(): Promise<void> {
  await new IAMClient(world.clientConfig('pipeline')).send(
    new DeleteRolePolicyCommand(await sourcePolicy()),
  );
}

/**
 * As the console of production does: its API takes on the role that the pipeline's stack has for it. No console is deployed
 * here, so the role of its API is made by hand.
 */
async function rejectInConsole(): Promise<void> {
  const delivery = findConsoleDelivery(world.plan, 'prod');
  if (delivery === undefined) throw new Error('no pipeline');
  const iam = new IAMClient(world.clientConfig('prod'));
  const RoleName = nameApiRole('prod');
  const Principal = { AWS: `arn:aws:iam::${ACCOUNTS.prod}:root` };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: render('Allow', { Action: 'sts:AssumeRole', Principal }),
    }),
  );
  const reach = async (): Promise<PipelineAccess> => {
    const { Credentials } = await new STSClient(world.clientConfig('prod')).send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'api' }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
    return reachPipeline(delivery, new STSClient({ ...world.clientConfig('prod'), credentials }));
  };
  vi.stubEnv('AWS_ENDPOINT_URL', world.runtime.endpoint);
  const api = apiBefore({}, { environment: 'prod', delivery: await reach() });
  const unreachable = await api.call('getDelivery');
  expect(problemOf(unreachable)).toMatchObject({ kind: 'pipeline-unreachable' });
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'Pipeline',
      PolicyDocument: render('Allow', { Action: 'sts:AssumeRole', Resource: delivery.roleArn }),
    }),
  );
  const { body } = await api.call('getDelivery');
  const { approvals } = body as { readonly approvals: readonly { readonly revision: string }[] };
  const decided = await api.call('rejectDelivery', {
    body: { revision: approvals[0]?.revision, reason: 'Not on a Friday' },
  });
  vi.unstubAllEnvs();

  expect(approvals).toEqual([
    expect.objectContaining({
      stage: 'Approve-prod',
      isOwn: true,
      review: expect.stringContaining('prod gets commit'),
    }),
  ]);
  expect(decided.body).toMatchObject({ status: 'Rejected', decision: 'ada: Not on a Friday' });
}

it(
  'a commit is stopped once by each stage, which says why and deploys nothing, and gets to production when the reason is gone',
  async () => {
    world.commit({ workflow: 'first', mse: 4.5, image: 'a' });
    let id = '';
    let before: Stop | undefined;
    for (const stop of stops()) {
      await stop.begin();
      id = before === undefined ? await world.begin() : await world.resume(before.stage);
      before = stop;
      let said = await world.follow(id, stop.decisions);
      if (stop.decide !== undefined) {
        expect(said.split('\n').at(-1)).toBe('waits for approval');
        await stop.decide();
        said = await world.follow(id);
      }
      expect(said).toMatch(stop.says);
      expect(said.split('\n').at(-1)).toBe('failed');
      expect(await stacksOf('dev')).toEqual(stop.dev);
      expect(await stacksOf('prod')).toEqual([]);
      await stop.end();
    }
    await new CodePipelineClient(world.clientConfig('pipeline')).send(
      new OverrideStageConditionCommand({
        pipelineName: DELIVERY,
        stageName: 'Deploy-prod',
        pipelineExecutionId: id,
        conditionType: 'BEFORE_ENTRY',
      }),
    );
    const said = await world.follow(id);

    expect(said.split('\n').at(-1)).toBe('succeeded');
    expect(await stacksOf('prod')).toEqual(deployed('prod'));
    const { imageDetails: [image] = [] } = await new ECRClient(world.clientConfig('prod')).send(
      new DescribeImagesCommand({
        repositoryName: `cdk-hnb659fds-container-assets-${ACCOUNTS.prod}-${REGION}`,
      }),
    );
    const { imageDetails: built = [] } = await new ECRClient(world.clientConfig('pipeline')).send(
      new DescribeImagesCommand({ repositoryName: REPOSITORY }),
    );
    expect(built.map(({ imageDigest }) => imageDigest)).toContain(image?.imageDigest);
  },
  PATIENCE_MS,
);

/** The images of the pipeline's account, by digest, with the time of their push. */
async function listImages(): Promise<ReadonlyMap<string, number>> {
  const { imageDetails = [] } = await new ECRClient(world.clientConfig('pipeline')).send(
    new DescribeImagesCommand({ repositoryName: REPOSITORY }),
  );
  return new Map(
    imageDetails.map(({ imageDigest = '', imagePushedAt }) => [
      imageDigest,
      imagePushedAt?.getTime() ?? 0,
    ]),
  );
}

// After the test above, which has delivered the image `a`.
it(
  'a bad image is taken back by the commit before: it is still there under its digest, and not built again',
  async () => {
    const before = await listImages();
    world.commit({ workflow: 'first', mse: 4.5, image: 'bad' });
    const forth = await world.deliverUntil('Images');
    const withBad = await listImages();
    world.commit({ workflow: 'first', mse: 4.5, image: 'a' });
    const back = await world.deliverUntil('Images');

    expect([forth, back].map((said) => said.split('\n').at(-1))).toEqual([
      'succeeded',
      'succeeded',
    ]);
    expect(withBad.size).toBe(before.size + 1);
    expect(await listImages()).toEqual(withBad);
  },
  PATIENCE_MS,
);
