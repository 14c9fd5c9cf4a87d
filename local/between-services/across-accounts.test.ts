import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateModelCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../host/clock.ts';
import { createEcrService } from '../services/ecr/index.ts';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { createSageMakerService } from '../services/sagemaker/index.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

const REGION = 'us-east-1';
/** Owns the model, and what else is shared. */
const DEV = '111111111111';
/** Takes it over. */
const PROD = '222222222222';

const arnIn = (account: string, service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${account}:${resource}`;
const roleIn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;

const CALLER = roleIn(PROD, 'promoter');
const SESSION = `arn:aws:sts::${PROD}:assumed-role/promoter/copy`;
const DELEGATE = roleIn(DEV, 'delegate');
const TOPIC = arnIn(DEV, 'sns', 'news');
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3';
const BUS = arnIn(DEV, 'events', 'event-bus/models');
const PACKAGE = arnIn(DEV, 'sagemaker', 'model-package/churn/1');
const BUCKET = 'models-of-dev';

interface Permission {
  readonly Action: string;
  readonly Resource: string;
}

/** What the caller does in the other account, and the permission that both accounts must give for it. */
interface Crossing extends Permission {
  readonly run: () => Promise<unknown>;
  /** In messages, where it differs from that of the policies. */
  readonly named?: string;
}

let folder: string;
let runtime: TestRuntime;
let clients: ReturnType<typeof clientsOf>;
let models = 0;
const clock = createVirtualClock();

const CROSSINGS: Readonly<Record<string, Crossing>> = {
  'read an object': {
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${BUCKET}/read`,
    run: () => clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'read' })),
  },
  'list objects': {
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${BUCKET}`,
    run: () => clients.s3.send(new ListObjectsV2Command({ Bucket: BUCKET })),
  },
  'write an object': {
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${BUCKET}/written`,
    run: () => clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'written', Body: 'x' })),
  },
  'copy an object here': {
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${BUCKET}/copied`,
    run: () =>
      clients.s3.send(
        new CopyObjectCommand({
          Bucket: 'models-of-prod',
          Key: 'c',
          CopySource: `${BUCKET}/copied`,
        }),
      ),
  },
  'describe a model package': {
    Action: 'sagemaker:DescribeModelPackage',
    Resource: PACKAGE,
    run: () =>
      clients.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: PACKAGE })),
  },
  'list model packages': {
    Action: 'sagemaker:ListModelPackages',
    Resource: arnIn(DEV, 'sagemaker', 'model-package/churn/*'),
    run: () =>
      clients.sagemaker.send(
        new ListModelPackagesCommand({
          ModelPackageGroupName: arnIn(DEV, 'sagemaker', 'model-package-group/churn'),
        }),
      ),
  },
  'make a model': {
    Action: 'sagemaker:CreateModel',
    Resource: PACKAGE,
    run: () =>
      clients.sagemaker.send(
        new CreateModelCommand({
          ModelName: `model-${(models += 1)}`,
          ExecutionRoleArn: roleIn(PROD, 'execution'),
          Containers: [{ ModelPackageName: PACKAGE }],
        }),
      ),
  },
  'get an image': {
    Action: 'ecr:BatchGetImage',
    Resource: arnIn(DEV, 'ecr', 'repository/trainer'),
    run: () =>
      clients.ecr.send(
        new BatchGetImageCommand({
          registryId: DEV,
          repositoryName: 'trainer',
          imageIds: [{ imageTag: 'none' }],
        }),
      ),
  },
  'publish to a topic': {
    Action: 'sns:Publish',
    Resource: TOPIC,
    named: 'SNS:Publish',
    run: () => clients.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'm' })),
  },
  'send to a queue': {
    Action: 'sqs:SendMessage',
    Resource: arnIn(DEV, 'sqs', 'jobs'),
    run: () =>
      clients.sqs.send(
        new SendMessageCommand({
          QueueUrl: `${runtime.endpoint}/${DEV}/jobs`,
          MessageBody: 'm',
        }),
      ),
  },
  'invoke a function': {
    Action: 'lambda:InvokeFunction',
    Resource: arnIn(DEV, 'lambda', 'function:check'),
    run: () =>
      clients.lambda.send(
        new InvokeCommand({
          FunctionName: arnIn(DEV, 'lambda', 'function:check'),
          InvocationType: 'DryRun',
        }),
      ),
  },
  'put an event': {
    Action: 'events:PutEvents',
    Resource: BUS,
    run: () =>
      clients.events.send(
        new PutEventsCommand({
          Entries: [{ EventBusName: BUS, Source: 'team', DetailType: 'd', Detail: '{}' }],
        }),
      ),
  },
  'assume a role': {
    Action: 'sts:AssumeRole',
    Resource: DELEGATE,
    run: () =>
      clients.sts.send(
        new AssumeRoleCommand({ RoleArn: DELEGATE, RoleSessionName: 'copy', ExternalId: 'secret' }),
      ),
  },
};

function clientsOf(config: TestRuntime['clientConfig']) {
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sagemaker: new SageMakerClient(config),
    ecr: new ECRClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    lambda: new LambdaClient(config),
    events: new EventBridgeClient(config),
    sts: new STSClient(config),
  };
}

type Call = Parameters<TestRuntime['cloud']['call']>;

/** A call of an account's own user, to set things up. */
async function own(account: string, service: Call[1], operation: string, input: object) {
  const cloud = runtime.cloud.directory.find(account);
  const principal = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
  await cloud?.call(principal, service, operation, input);
}

const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

/** What the caller may do in its own account, as far as the calls need it. */
const AT_HOME = [
  { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::models-of-prod/*' },
  { Effect: 'Allow', Action: 'sagemaker:*', Resource: arnIn(PROD, 'sagemaker', 'model/*') },
  { Effect: 'Allow', Action: 'iam:PassRole', Resource: roleIn(PROD, 'execution') },
];

interface Removed {
  readonly side: 'identity' | 'resource';
  readonly what: string;
}

/** Both sides allow all crossings, but for one permission of one side. */
async function allow(removed?: Removed): Promise<void> {
  const on = (side: Removed['side']) =>
    Object.entries(CROSSINGS)
      .filter(([what]) => side !== removed?.side || what !== removed.what)
      .map(([, { Action, Resource }]) => ({ Effect: 'Allow', Action, Resource }));
  await own(PROD, 'iam', 'PutRolePolicy', {
    RoleName: 'promoter',
    PolicyName: 'own',
    PolicyDocument: document([...on('identity'), ...AT_HOME]),
  });
  for (const [service, put] of Object.entries(RESOURCE_POLICIES)) {
    const statements = on('resource')
      .filter(({ Action }) => Action.startsWith(`${service}:`))
      .map((statement) => ({ ...statement, Principal: { AWS: CALLER } }));
    await put(statements);
  }
}

type PutPolicy = (statements: readonly Permission[]) => Promise<void>;

/** A policy must have a statement. */
const withOne = (statements: readonly Permission[], Action: string, Resource: string) =>
  document([
    ...statements,
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${DEV}:root` }, Action, Resource },
  ]);

const RESOURCE_POLICIES: Readonly<Record<string, PutPolicy>> = {
  s3: (statements) =>
    own(DEV, 's3', 'PutBucketPolicy', {
      Bucket: BUCKET,
      Policy: withOne(statements, 's3:GetBucketPolicy', `arn:aws:s3:::${BUCKET}`),
    }),
  sagemaker: (statements) =>
    own(DEV, 'sagemaker', 'PutModelPackageGroupPolicy', {
      ModelPackageGroupName: 'churn',
      ResourcePolicy: withOne(statements, 'sagemaker:DescribeModelPackageGroup', '*'),
    }),
  // Repository policies name no resource.
  ecr: (statements) =>
    own(DEV, 'ecr', 'SetRepositoryPolicy', {
      repositoryName: 'trainer',
      policyText: document([
        ...statements.map(({ Resource: _own, ...statement }) => statement),
        { Effect: 'Allow', Principal: { AWS: DEV }, Action: 'ecr:ListImages' },
      ]),
    }),
  sns: (statements) =>
    own(DEV, 'sns', 'SetTopicAttributes', {
      TopicArn: TOPIC,
      AttributeName: 'Policy',
      AttributeValue: withOne(statements, 'sns:GetTopicAttributes', TOPIC),
    }),
  sqs: (statements) =>
    own(DEV, 'sqs', 'SetQueueAttributes', {
      QueueUrl: 'jobs',
      Attributes: { Policy: withOne(statements, 'sqs:GetQueueUrl', arnIn(DEV, 'sqs', 'jobs')) },
    }),
  events: (statements) =>
    own(DEV, 'eventbridge', 'PutPermission', {
      EventBusName: 'models',
      Policy: withOne(statements, 'events:DescribeRule', BUS),
    }),
  async lambda(statements) {
    const FunctionName = 'check';
    const input = { FunctionName, StatementId: 'caller' };
    await own(DEV, 'lambda', 'RemovePermission', input).catch(() => undefined);
    if (statements.length === 0) return;
    const Action = 'lambda:InvokeFunction';
    await own(DEV, 'lambda', 'AddPermission', { ...input, Action, Principal: CALLER });
  },
  sts: (statements) =>
    own(DEV, 'iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'delegate',
      PolicyDocument: trusting(
        { AWS: statements.length === 0 ? roleIn(DEV, 'other') : CALLER },
        { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } },
      ),
    }),
};

function trusting(Principal: object, more: object = {}): string {
  return document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more });
}

const roleOf = (account: string, RoleName: string, Principal: object) =>
  own(account, 'iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: trusting(Principal),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  runtime = await startTestRuntime(
    [
      createEcrService,
      createEventBridgeService,
      createLambdaService,
      createS3Service,
      createSageMakerService,
      createSnsService,
      createSqsService,
    ],
    { clock, stateFolder: folder, accounts: [{ accountId: DEV }, { accountId: PROD }] },
  );
  await roleOf(PROD, 'promoter', { AWS: PROD });
  await roleOf(PROD, 'execution', { Service: 'sagemaker.amazonaws.com' });
  await roleOf(DEV, 'delegate', { AWS: DEV });
  await roleOf(DEV, 'worker', { Service: 'lambda.amazonaws.com' });
  await own(PROD, 's3', 'CreateBucket', { Bucket: 'models-of-prod' });
  await own(DEV, 's3', 'CreateBucket', { Bucket: BUCKET });
  for (const Key of ['read', 'copied']) {
    await own(DEV, 's3', 'PutObject', { Bucket: BUCKET, Key, Body: `weights of ${Key}` });
  }
  const ModelPackageGroupName = 'churn';
  await own(DEV, 'sagemaker', 'CreateModelPackageGroup', { ModelPackageGroupName });
  const Containers = [{ Image: IMAGE }];
  const InferenceSpecification = {
    Containers,
    SupportedContentTypes: [],
    SupportedResponseMIMETypes: [],
  };
  const version = { ModelPackageGroupName, InferenceSpecification };
  await own(DEV, 'sagemaker', 'CreateModelPackage', version);
  await own(DEV, 'ecr', 'CreateRepository', { repositoryName: 'trainer' });
  await own(DEV, 'sns', 'CreateTopic', { Name: 'news' });
  await own(DEV, 'sqs', 'CreateQueue', { QueueName: 'jobs' });
  await own(DEV, 'eventbridge', 'CreateEventBus', { Name: 'models' });
  await own(DEV, 'lambda', 'CreateFunction', {
    FunctionName: 'check',
    Role: roleIn(DEV, 'worker'),
    Runtime: 'python3.12',
    Handler: 'index.handler',
    Code: { ZipFile: zipSync({ 'index.py': strToU8('handler = None') }) },
  });
  clients = clientsOf({ ...runtime.clientConfig, credentials: await sessionOf(CALLER) });
});
afterAll(async () => {
  await runtime.stop();
  await rm(folder, { recursive: true });
});

async function sessionOf(RoleArn: string) {
  const sts = new STSClient(runtime.configOf(RoleArn.split(':')[4] ?? ''));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'copy' }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** The crossings that fail, and how. */
async function failures(): Promise<Readonly<Record<string, string>>> {
  const failed: Record<string, string> = {};
  for (const [what, { run }] of Object.entries(CROSSINGS)) {
    await run().catch((error: Error) => {
      failed[what] = error.message;
    });
  }
  return failed;
}

it('all calls succeed if both accounts allow them', async () => {
  await allow();

  expect(await failures()).toEqual({});
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
describe.each(['identity', 'resource'] as const)('without the %s-based permission to', (side) => {
  it.each(Object.keys(CROSSINGS))('%s, that call alone is refused', async (what) => {
    const { Action, Resource, named = Action } = CROSSINGS[what] as Crossing;
    await allow({ side, what });

    const failed = await failures();

    const resource = Action.startsWith('s3:') ? `"${Resource}"` : Resource;
    // As on AWS, STS says no more.
    const reason =
      Action === 'sts:AssumeRole'
        ? ''
        : ` because no ${side}-based policy allows the ${named} action`;
    expect(failed).toEqual({
      [what]: `User: ${SESSION} is not authorized to perform: ${named} on resource: ${resource}${reason}`,
    });
  });
});
