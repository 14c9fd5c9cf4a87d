import { beforeAll, expect, it } from 'vitest';
import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import { serviceFactories } from '../services/index.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';

const account: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const TRUST = statement({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Resource: undefined });

let cloud: Cloud;

function statement(change: object): string {
  const given = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...change };
  return JSON.stringify({ Version: '2012-10-17', Statement: [given] });
}

const call = (service: ServiceName, operation: string, input: object) =>
  cloud.call(account, service, operation, input);

beforeAll(async () => {
  cloud = createTestCloud(serviceFactories);
  await call('sqs', 'CreateQueue', { QueueName: 'q' });
  await call('sns', 'CreateTopic', { Name: 't' });
  await call('s3', 'CreateBucket', { Bucket: 'bucket' });
  await call('iam', 'CreateRole', { RoleName: 'role', AssumeRolePolicyDocument: TRUST });
  await call('iam', 'CreatePolicy', {
    PolicyName: 'managed',
    PolicyDocument: statement({ Principal: undefined }),
  });
  await call('sagemaker', 'CreateModelPackageGroup', { ModelPackageGroupName: 'group' });
  await call('dynamodb', 'CreateTable', {
    TableName: 'table',
    AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
});

// The operations that accept a policy, and the error of the API reference for an invalid one.
const DOORS: readonly (readonly [ServiceName, string, string, (policy: string) => object])[] = [
  [
    'sqs',
    'CreateQueue',
    'InvalidAttributeValue',
    (Policy) => ({ QueueName: 'n', Attributes: { Policy } }),
  ],
  [
    'sqs',
    'SetQueueAttributes',
    'InvalidAttributeValue',
    (Policy) => ({ QueueUrl: 'http://x/0/q', Attributes: { Policy } }),
  ],
  ['sns', 'CreateTopic', 'InvalidParameter', (Policy) => ({ Name: 'n', Attributes: { Policy } })],
  [
    'sns',
    'SetTopicAttributes',
    'InvalidParameter',
    (AttributeValue) => ({
      TopicArn: cloud.arn('sns', 't'),
      AttributeName: 'Policy',
      AttributeValue,
    }),
  ],
  ['eventbridge', 'PutPermission', 'ValidationException', (Policy) => ({ Policy })],
  [
    'logs',
    'PutResourcePolicy',
    'InvalidParameterException',
    (policyDocument) => ({ policyName: 'p', policyDocument }),
  ],
  ['s3', 'PutBucketPolicy', 'MalformedPolicy', (Policy) => ({ Bucket: 'bucket', Policy })],
  [
    'iam',
    'CreateRole',
    'MalformedPolicyDocument',
    (AssumeRolePolicyDocument) => ({ RoleName: 'n', AssumeRolePolicyDocument }),
  ],
  [
    'iam',
    'UpdateAssumeRolePolicy',
    'MalformedPolicyDocument',
    (PolicyDocument) => ({ RoleName: 'role', PolicyDocument }),
  ],
  [
    'iam',
    'PutRolePolicy',
    'MalformedPolicyDocument',
    (PolicyDocument) => ({ RoleName: 'role', PolicyName: 'p', PolicyDocument }),
  ],
  [
    'iam',
    'CreatePolicy',
    'MalformedPolicyDocument',
    (PolicyDocument) => ({ PolicyName: 'n', PolicyDocument }),
  ],
  [
    'iam',
    'CreatePolicyVersion',
    'MalformedPolicyDocument',
    (PolicyDocument) => ({ PolicyArn: 'arn:aws:iam::000000000000:policy/managed', PolicyDocument }),
  ],
  [
    'dynamodb',
    'PutResourcePolicy',
    'ValidationException',
    (Policy) => ({ ResourceArn: cloud.arn('dynamodb', 'table/table'), Policy }),
  ],
  [
    'sagemaker',
    'PutModelPackageGroupPolicy',
    'ValidationException',
    (ResourcePolicy) => ({ ModelPackageGroupName: 'group', ResourcePolicy }),
  ],
];

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
const MALFORMED: readonly string[] = [
  '{',
  'null',
  '[]',
  '1',
  '{"Statement":null}',
  '{"Statement":[null]}',
  statement({ Effect: null }),
  statement({ Principal: { AWS: null } }),
  statement({ Action: null }),
  statement({ Condition: { StringLike: null } }),
  statement({ Condition: { SomethingElse: { 'aws:SourceIp': 'x' } } }),
  statement({ Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4/99' } } }),
  statement({ Condition: { NotIpAddress: { 'aws:SourceIp': '/x' } } }),
];

it.each(DOORS)(
  '%s %s refuses malformed policies as %s',
  async (service, operation, code, inputOf) => {
    const codes = await Promise.all(
      MALFORMED.map((policy) =>
        call(service, operation, inputOf(policy)).then(
          () => `took ${policy}`,
          (error: unknown) => (error instanceof ServiceError ? error.code : error),
        ),
      ),
    );

    expect(codes).toEqual(MALFORMED.map(() => code));
  },
);

// S3's messages: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-policy-language-overview.html
it.each([
  ['[]', "Policies must be valid JSON and the first byte must be '{'"],
  ['{}', 'Missing required field Statement'],
  ['{"Statement":[]}', 'Could not parse the policy: Statement is empty!'],
  [statement({ Principal: undefined }), 'Missing required field Principal'],
  [statement({ Principal: 'arn:aws:iam::0:root' }), 'Invalid principal in policy'],
  [statement({ Action: 1 }), 'Policy has invalid action'],
  [statement({ Resource: 1 }), 'Policy has invalid resource'],
  [statement({ Condition: null }), 'Invalid policy syntax.'],
])('S3 says of %s: %s', async (Policy, message) => {
  await expect(call('s3', 'PutBucketPolicy', { Bucket: 'bucket', Policy })).rejects.toThrow(
    message,
  );
});

// Policies that the CDK creates: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
it('returns valid policies unchanged', async () => {
  const onRole = statement({ Principal: undefined, Condition: { Bool: { 'aws:x': false } } });
  const onBucket = statement({
    Effect: 'Deny',
    Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  await call('iam', 'PutRolePolicy', {
    RoleName: 'role',
    PolicyName: 'good',
    PolicyDocument: onRole,
  });
  await call('s3', 'PutBucketPolicy', { Bucket: 'bucket', Policy: onBucket });

  const [ofRole, ofBucket] = await Promise.all([
    call('iam', 'GetRolePolicy', { RoleName: 'role', PolicyName: 'good' }),
    call('s3', 'GetBucketPolicy', { Bucket: 'bucket' }),
  ]);

  expect(ofRole).toMatchObject({ PolicyDocument: encodeURIComponent(onRole) });
  expect(ofBucket).toMatchObject({ Policy: onBucket });
});

// A message by protocols: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
it.each(['null', '1', '"x"', '[]', '{}', '{"default":null}'])(
  'SNS refuses the structured message %s',
  async (Message) => {
    const input = { TopicArn: cloud.arn('sns', 't'), Message, MessageStructure: 'json' };

    await expect(call('sns', 'Publish', input)).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringContaining('No default entry in JSON message body'),
    });
  },
);

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
it.each(['1', '"x"', 'null', '[]', '{'])('SNS refuses the delivery policy %s', async (value) => {
  const topic = { TopicArn: cloud.arn('sns', 't'), AttributeName: 'DeliveryPolicy' };
  const subscription = {
    TopicArn: topic.TopicArn,
    Protocol: 'sqs',
    Endpoint: cloud.arn('sqs', 'q'),
    Attributes: { DeliveryPolicy: value },
  };
  const refused = { code: 'InvalidParameter', message: expect.stringContaining('DeliveryPolicy') };

  await expect(
    call('sns', 'SetTopicAttributes', { ...topic, AttributeValue: value }),
  ).rejects.toMatchObject(refused);
  await expect(call('sns', 'Subscribe', subscription)).rejects.toMatchObject(refused);
});

// E.164: https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
it('SNS validates a long phone number in linear time', async () => {
  const input = { TopicArn: cloud.arn('sns', 't'), Protocol: 'sms' };
  const Endpoint = `${'1'.repeat(50_000)}x`;

  await expect(call('sns', 'Subscribe', { ...input, Endpoint })).rejects.toThrow('Invalid SMS');
  await call('sns', 'Subscribe', { ...input, Endpoint: '+1 206-555.0100' });
});
