import { describe, expect, it } from 'vitest';
import { serviceFactories } from '../services/index.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';
import type { AccountPrincipal } from './principal.ts';
import type { ServiceName } from './service-name.ts';
import { systemTagOf } from './system-tags.ts';

const USER: AccountPrincipal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const PAIRS = [
  { Key: 'team', Value: 'a' },
  { Key: 'aws:x', Value: 'b' },
];
const LOWER_PAIRS = [{ key: 'aws:x', value: 'b' }];
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'states.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:000000000000:${resource}`;

// The sentence: what AWS answered to deployments that sent on CloudFormation's own tags (CloudWatch, SNS,
// CloudFormation itself). The class of the error is the one that the service has for bad parameters.
const REFUSALS: readonly (readonly [ServiceName, string, object, string])[] = [
  ['stepfunctions', 'CreateActivity', { name: 'a', tags: LOWER_PAIRS }, 'ValidationException'],
  [
    'stepfunctions',
    'UntagResource',
    { resourceArn: arn('states', 'activity:a'), tagKeys: ['aws:x'] },
    'ValidationException',
  ],
  [
    'iam',
    'CreateRole',
    { RoleName: 'r', AssumeRolePolicyDocument: TRUST, Tags: PAIRS },
    'InvalidInput',
  ],
  ['iam', 'TagRole', { RoleName: 'r', Tags: PAIRS }, 'InvalidInput'],
  [
    'sagemaker',
    'CreateModelPackageGroup',
    { ModelPackageGroupName: 'g', Tags: PAIRS },
    'ValidationException',
  ],
  [
    'sagemaker',
    'AddTags',
    { ResourceArn: arn('sagemaker', 'model/m'), Tags: PAIRS },
    'ValidationException',
  ],
  ['sqs', 'CreateQueue', { QueueName: 'q', tags: { 'AWS:x': 'b' } }, 'InvalidParameterValue'],
  ['sqs', 'TagQueue', { QueueUrl: '/0/q', Tags: { 'aws:x': 'b' } }, 'InvalidParameterValue'],
  ['sns', 'CreateTopic', { Name: 't', Tags: PAIRS }, 'InvalidParameter'],
  [
    'sns',
    'UntagResource',
    { ResourceArn: arn('sns', 't'), TagKeys: ['aws:x'] },
    'InvalidParameter',
  ],
  [
    'lambda',
    'TagResource',
    { Resource: arn('lambda', 'function:f'), Tags: { 'aws:x': 'b' } },
    'InvalidParameterValueException',
  ],
  [
    'dynamodb',
    'TagResource',
    { ResourceArn: arn('dynamodb', 'table/t'), Tags: PAIRS },
    'ValidationException',
  ],
  [
    'ssm',
    'PutParameter',
    { Name: '/p', Value: 'v', Type: 'String', Tags: PAIRS },
    'ValidationException',
  ],
  [
    'ssm',
    'AddTagsToResource',
    { ResourceType: 'Parameter', ResourceId: '/p', Tags: PAIRS },
    'ValidationException',
  ],
  [
    'eventbridge',
    'PutRule',
    { Name: 'r', ScheduleExpression: 'rate(1 minute)', Tags: PAIRS },
    'ValidationException',
  ],
  [
    'logs',
    'CreateLogGroup',
    { logGroupName: '/g', tags: { 'aws:x': 'b' } },
    'InvalidParameterException',
  ],
  [
    'cloudwatch',
    'TagResource',
    { ResourceARN: arn('cloudwatch', 'alarm:a'), Tags: PAIRS },
    'ValidationException',
  ],
];

describe('tag keys that begin with aws:', () => {
  it.each(REFUSALS)('are refused by %s:%s', async (service, operation, input, code) => {
    const cloud = createTestCloud(serviceFactories);
    const answer = cloud.call(USER, service, operation, input);

    await expect(answer).rejects.toMatchObject({ code, status: 400 });
    await expect(answer).rejects.toThrow(/aws: prefixed tag key names/);
  });

  it('are set by CloudFormation on what it makes', async () => {
    const cloud = createTestCloud(serviceFactories);
    const tags = { 'aws:cloudformation:stack-name': 's' };
    await cloud.call(
      USER,
      'sqs',
      'CreateQueue',
      { QueueName: 'q', tags },
      { setsSystemTags: true },
    );

    const answer = await cloud.call(USER, 'sqs', 'ListQueueTags', { QueueUrl: '/0/q' });

    expect(answer).toEqual({ Tags: tags });
  });
});

it.each([
  [{ Tags: [{ Key: 'awsome:x' }] }, undefined],
  [{ Tags: [{ Key: 'x:aws:' }] }, undefined],
  [{ Tags: [] }, undefined],
  [{ Tags: null }, undefined],
  [{ tags: { Aws: '1', 'Aws:b': '1' } }, 'Aws:b'],
  [{ tagKeys: ['a', 'aws:'] }, 'aws:'],
  [{ TagKeys: ['aws:createdBy'] }, 'aws:createdBy'],
])('finds the reserved key of %j', (input, key) => {
  expect(systemTagOf(input)).toBe(key);
});
