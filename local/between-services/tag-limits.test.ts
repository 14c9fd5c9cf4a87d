import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceName } from '../cloud/service-name.ts';
import { serviceFactories } from '../services/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

/**
 * 50 tags of a resource, in every service: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 * The models limit the tags of a request at most; the limit is that of the resource.
 */
const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const PREFIX = 'us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/tagged';
const QUEUE = 'http://127.0.0.1/000000000000/tagged';
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const trust = {
  Effect: 'Allow',
  Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
  Action: 'sts:AssumeRole',
};
const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
const ZipFile = zipSync({ 'index.js': strToU8('exports.handler = async () => 1;') });
const lambda = { Role: ROLE, Handler: 'index.handler', Runtime: 'nodejs22.x', Code: { ZipFile } };
const alarm = {
  Namespace: 'n',
  MetricName: 'm',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
};
const table = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
};

type Pairs = readonly (readonly [key: string, value: string])[];

const upper = (pairs: Pairs) => pairs.map(([Key, Value]) => ({ Key, Value }));
const lower = (pairs: Pairs) => pairs.map(([key, value]) => ({ key, value }));
const record = (pairs: Pairs) => Object.fromEntries(pairs);

interface Taggable {
  readonly service: ServiceName;
  /** The error's name, and what AWS was seen to answer, where that is known. */
  readonly error: readonly [name: string, message: RegExp];
  readonly create: readonly [operation: string, input: (name: string, tags: Pairs) => object];
  readonly tag: readonly [operation: string, input: (tags: Pairs) => object];
}

const taggables: Readonly<Record<string, Taggable>> = {
  parameter: {
    service: 'ssm',
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
    error: ['TooManyTagsError', /^$/],
    create: [
      'PutParameter',
      (Name, tags) => ({ Name, Value: 'v', Type: 'String', Tags: upper(tags) }),
    ],
    tag: [
      'AddTagsToResource',
      (tags) => ({ ResourceType: 'Parameter', ResourceId: 'tagged', Tags: upper(tags) }),
    ],
  },
  queue: {
    service: 'sqs',
    error: ['InvalidParameterValue', /^Too many tags added for queue \w+\.$/],
    create: ['CreateQueue', (QueueName, tags) => ({ QueueName, tags: record(tags) })],
    tag: ['TagQueue', (tags) => ({ QueueUrl: QUEUE, Tags: record(tags) })],
  },
  topic: {
    service: 'sns',
    // https://github.com/ballerina-platform/module-ballerinax-aws.sns, a test against AWS
    error: ['TagLimitExceeded', /^Could not complete request: tag quota of per resource exceeded$/],
    create: ['CreateTopic', (Name, tags) => ({ Name, Tags: upper(tags) })],
    tag: [
      'TagResource',
      (tags) => ({ ResourceArn: `arn:aws:sns:${PREFIX}:tagged`, Tags: upper(tags) }),
    ],
  },
  rule: {
    service: 'eventbridge',
    error: ['LimitExceededException', /^The requested resource exceeds/],
    create: [
      'PutRule',
      (Name, tags) => ({ Name, ScheduleExpression: 'rate(1 day)', Tags: upper(tags) }),
    ],
    tag: [
      'TagResource',
      (tags) => ({ ResourceARN: `arn:aws:events:${PREFIX}:rule/tagged`, Tags: upper(tags) }),
    ],
  },
  bus: {
    service: 'eventbridge',
    error: ['LimitExceededException', /^The requested resource exceeds/],
    create: ['CreateEventBus', (Name, tags) => ({ Name, Tags: upper(tags) })],
    tag: [
      'TagResource',
      (tags) => ({ ResourceARN: `arn:aws:events:${PREFIX}:event-bus/tagged`, Tags: upper(tags) }),
    ],
  },
  role: {
    service: 'iam',
    error: ['LimitExceeded|ValidationError', /maximum limit of 50|less than or equal to 50/],
    create: [
      'CreateRole',
      (RoleName, tags) => ({
        RoleName,
        AssumeRolePolicyDocument: policy(trust),
        Tags: upper(tags),
      }),
    ],
    tag: ['TagRole', (tags) => ({ RoleName: 'tagged', Tags: upper(tags) })],
  },
  function: {
    service: 'lambda',
    // test_lambda_api.snapshot.json of LocalStack, recorded against AWS
    error: ['InvalidParameterValueException', /^Number of tags exceeds resource tag limit\.$/],
    create: [
      'CreateFunction',
      (FunctionName, tags) => ({ ...lambda, FunctionName, Tags: record(tags) }),
    ],
    tag: [
      'TagResource',
      (tags) => ({ Resource: `arn:aws:lambda:${PREFIX}:function:tagged`, Tags: record(tags) }),
    ],
  },
  'state machine': {
    service: 'stepfunctions',
    error: ['TooManyTags', /^Too many tags for resource/],
    create: [
      'CreateStateMachine',
      (name, tags) => ({ name, definition, roleArn: ROLE, tags: lower(tags) }),
    ],
    tag: [
      'TagResource',
      (tags) => ({
        resourceArn: `arn:aws:states:${PREFIX}:stateMachine:tagged`,
        tags: lower(tags),
      }),
    ],
  },
  alarm: {
    service: 'cloudwatch',
    error: ['InvalidParameterValueException', /^The collection Tags must not have a size/],
    create: ['PutMetricAlarm', (AlarmName, tags) => ({ ...alarm, AlarmName, Tags: upper(tags) })],
    tag: [
      'TagResource',
      (tags) => ({ ResourceARN: `arn:aws:cloudwatch:${PREFIX}:alarm:tagged`, Tags: upper(tags) }),
    ],
  },
  'log group': {
    service: 'logs',
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
    error: [
      'TooManyTagsException|InvalidParameterException',
      /^A resource can have no more than 50 tags\.$|less than or equal to 50/,
    ],
    create: ['CreateLogGroup', (logGroupName, tags) => ({ logGroupName, tags: record(tags) })],
    tag: [
      'TagResource',
      (tags) => ({ resourceArn: `arn:aws:logs:${PREFIX}:log-group:tagged`, tags: record(tags) }),
    ],
  },
  'model package group': {
    service: 'sagemaker',
    error: ['ValidationException', /cannot exceed 50|less than or equal to 50/],
    create: [
      'CreateModelPackageGroup',
      (ModelPackageGroupName, tags) => ({ ModelPackageGroupName, Tags: upper(tags) }),
    ],
    tag: [
      'AddTags',
      (tags) => ({
        ResourceArn: `arn:aws:sagemaker:${PREFIX}:model-package-group/tagged`,
        Tags: upper(tags),
      }),
    ],
  },
  table: {
    service: 'dynamodb',
    error: ['ValidationException', /Too many tags: the limit is 50$/],
    create: ['CreateTable', (TableName, tags) => ({ ...table, TableName, Tags: upper(tags) })],
    tag: [
      'TagResource',
      (tags) => ({ ResourceArn: `arn:aws:dynamodb:${PREFIX}:table/tagged`, Tags: upper(tags) }),
    ],
  },
};

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime(serviceFactories);
  await call('iam', 'CreateRole', {
    RoleName: 'tagged',
    AssumeRolePolicyDocument: policy(trust),
  });
  await call('iam', 'PutRolePolicy', {
    RoleName: 'tagged',
    PolicyName: 'all',
    PolicyDocument: policy(everything),
  });
});

afterAll(() => runtime.stop());

function call(service: ServiceName, operation: string, input: object): Promise<unknown> {
  return runtime.cloud.call(ROOT, service, operation, input);
}

function tagsFrom(first: number, count: number): Pairs {
  return Array.from({ length: count }, (_, index) => [`key-${first + index}`, 'value'] as const);
}

describe.each(Object.entries(taggables))('a %s', (kind, { service, error, create, tag }) => {
  const [errorName, sentence] = error;
  const refused = {
    name: expect.stringMatching(`^(?:${errorName})$`),
    message: expect.stringMatching(sentence),
  };

  it('takes 50 tags one after another, and no further one', async () => {
    if (kind !== 'role') await call(service, create[0], create[1]('tagged', tagsFrom(0, 1)));
    await call(service, tag[0], tag[1](tagsFrom(0, 25)));
    await call(service, tag[0], tag[1](tagsFrom(25, 25)));
    await call(service, tag[0], tag[1](tagsFrom(10, 1)));

    await expect(call(service, tag[0], tag[1](tagsFrom(50, 1)))).rejects.toMatchObject(refused);
  });

  it('is created with 50 tags, and not with 51', async () => {
    await call(service, create[0], create[1]('fifty', tagsFrom(0, 50)));

    await expect(
      call(service, create[0], create[1]('more', tagsFrom(0, 51))),
    ).rejects.toMatchObject(refused);
  });
});
