import { IAMClient } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { type Access, accessOfTask, checkAccess, policiesOf } from './check-permissions.ts';
import { type Answer, decided, refused } from './recorded-answers.testing.ts';
import { RecordedAws } from './recorded-aws.testing.ts';
import { TemplateResolver } from './template.ts';

const place = { account: '123456789012', partition: 'aws', region: 'eu-west-1' };
const POLICIES = ['{"Statement":[]}', '{"Statement":{}}'];
const object: Access = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };

async function check(
  needed: readonly Access[],
  answer: (request: Readonly<Record<string, string>>) => Answer,
) {
  const aws = new RecordedAws(answer);
  const results = await checkAccess(new IAMClient(aws.config), 'Role', POLICIES, needed);
  return { results, requests: aws.requests };
}

describe('SimulateCustomPolicy', () => {
  it('is asked for one action on one resource, with all policies and the context', async () => {
    const { requests } = await check(
      [
        {
          action: 'iam:PassRole',
          resource: 'arn:aws:iam::1:role/r',
          context: [
            {
              ContextKeyName: 'iam:PassedToService',
              ContextKeyType: 'string',
              ContextKeyValues: ['sagemaker.amazonaws.com'],
            },
          ],
        },
        object,
      ],
      ({ 'ActionNames.member.1': action = '', 'ResourceArns.member.1': resource = '' }) =>
        decided('allowed', action, resource),
    );

    const common = {
      Action: 'SimulateCustomPolicy',
      Version: '2010-05-08',
      'PolicyInputList.member.1': POLICIES[0],
      'PolicyInputList.member.2': POLICIES[1],
    };
    expect(requests).toEqual([
      {
        ...common,
        'ActionNames.member.1': 'iam:PassRole',
        'ResourceArns.member.1': 'arn:aws:iam::1:role/r',
        'ContextEntries.member.1.ContextKeyName': 'iam:PassedToService',
        'ContextEntries.member.1.ContextKeyType': 'string',
        'ContextEntries.member.1.ContextKeyValues.member.1': 'sagemaker.amazonaws.com',
      },
      {
        ...common,
        'ActionNames.member.1': object.action,
        'ResourceArns.member.1': object.resource,
      },
    ]);
  });

  it.each<[string, boolean, Answer, object]>([
    [
      'allows what is needed',
      true,
      decided('allowed', object.action, object.resource),
      { status: 'ok' },
    ],
    [
      'allows nothing of what is needed',
      true,
      decided('implicitDeny', object.action, object.resource),
      { status: 'FINDING', note: 'implicitDeny' },
    ],
    [
      'denies what is needed',
      true,
      decided('explicitDeny', object.action, object.resource),
      { status: 'FINDING', note: 'explicitDeny' },
    ],
    [
      'asks for a condition that is not known',
      true,
      decided('implicitDeny', object.action, object.resource, ['aws:SourceArn', 's3:prefix']),
      {
        status: 'FINDING',
        note: 'implicitDeny; the policy asks for aws:SourceArn, s3:prefix',
      },
    ],
    [
      'reports nothing where an action must not be allowed and is not',
      false,
      decided('implicitDeny', object.action, object.resource),
      { status: 'ok' },
    ],
    [
      'allows what must not be allowed',
      false,
      decided('allowed', object.action, object.resource),
      { status: 'FINDING', note: 'allowed' },
    ],
    [
      'cannot read a policy',
      true,
      refused(400, 'InvalidInput', 'Policy document number 1 is malformed'),
      { status: 'FINDING', note: 'InvalidInputException: Policy document number 1 is malformed' },
    ],
    [
      'may not be called with the credentials',
      true,
      refused(403, 'AccessDenied', 'no'),
      { status: 'not allowed', note: 'these credentials may not call it: no' },
    ],
    [
      'answers no result',
      true,
      {
        status: 200,
        xml: '<SimulateCustomPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulateCustomPolicyResult><IsTruncated>false</IsTruncated></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>',
      },
      { status: 'FINDING', note: 'undefined' },
    ],
  ])('%s', async (_what, isAllowed, answer, expected) => {
    const { results } = await check([{ ...object, isAllowed }], () => answer);

    const verb = isAllowed ? 'may' : 'may not';
    expect(results).toEqual([
      {
        check: 'SimulateCustomPolicy',
        subject: `Role ${verb} s3:GetObject arn:aws:s3:::b/k`,
        ...expected,
      },
    ]);
  });

  it('is not called again where the endpoint lacks it', async () => {
    const { requests, results } = await check([object, object, object], () =>
      refused(400, 'InvalidAction', 'Could not find operation SimulateCustomPolicy'),
    );

    expect(requests).toHaveLength(1);
    expect(results.map(({ status }) => status)).toEqual(['not available']);
  });
});

function leading(key: string) {
  const keys = { ContextKeyName: 'dynamodb:LeadingKeys', ContextKeyType: 'stringList' };
  return [{ ...keys, ContextKeyValues: [key] }];
}

describe('what a task needs', () => {
  const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/t';
  const role = 'arn:aws:iam::123456789012:role/r';
  const passed = [
    {
      ContextKeyName: 'iam:PassedToService',
      ContextKeyType: 'string',
      ContextKeyValues: ['sagemaker.amazonaws.com'],
    },
  ];

  it.each<[string, Readonly<Record<string, unknown>>, readonly unknown[]]>([
    [
      'arn:aws:states:::aws-sdk:s3:headObject',
      { Bucket: 'b', Key: 'k' },
      [{ action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }],
    ],
    [
      'arn:aws:states:::aws-sdk:s3:copyObject',
      { Bucket: 'b', Key: 'k' },
      [{ action: 's3:PutObject', resource: 'arn:aws:s3:::b/k' }],
    ],
    [
      'arn:aws:states:::dynamodb:putItem',
      { TableName: 't', Item: { pk: { S: 'lock' } } },
      [{ action: 'dynamodb:PutItem', resource: table, context: leading('lock') }],
    ],
    [
      'arn:aws:states:::dynamodb:deleteItem',
      { TableName: 't', Key: { pk: { S: 'claim' } } },
      [{ action: 'dynamodb:DeleteItem', resource: table, context: leading('claim') }],
    ],
    [
      'arn:aws:states:::sns:publish',
      { TopicArn: 'arn:aws:sns:eu-west-1:123456789012:t' },
      [{ action: 'sns:Publish', resource: 'arn:aws:sns:eu-west-1:123456789012:t' }],
    ],
    [
      'arn:aws:states:::lambda:invoke',
      { FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:f' },
      [
        {
          action: 'lambda:InvokeFunction',
          resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
        },
      ],
    ],
    [
      'arn:aws:states:::lambda:invoke',
      {
        FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
        Qualifier: '{% $release.version %}',
      },
      [
        {
          action: 'lambda:InvokeFunction',
          resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f:1',
        },
      ],
    ],
    [
      'arn:aws:states:::aws-sdk:lambda:updateAlias',
      { FunctionName: 'f', Name: 'live' },
      [
        {
          action: 'lambda:UpdateAlias',
          resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
        },
      ],
    ],
    [
      'arn:aws:states:::aws-sdk:lambda:getFunctionConfiguration',
      { FunctionName: 'f', Qualifier: '{% $live.version %}' },
      [
        {
          action: 'lambda:GetFunctionConfiguration',
          resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f:1',
        },
      ],
    ],
    [
      'arn:aws:states:::sagemaker:createTrainingJob.sync',
      { TrainingJobName: 'j', RoleArn: role },
      [
        {
          action: 'sagemaker:CreateTrainingJob',
          resource: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/j',
        },
        { action: 'iam:PassRole', resource: role, context: passed },
      ],
    ],
    [
      'arn:aws:states:::aws-sdk:sagemaker:listModelPackages',
      { ModelPackageGroupName: 'g' },
      [{ action: 'sagemaker:ListModelPackages', resource: '*' }],
    ],
    [
      'arn:aws:states:::aws-sdk:cloudwatchlogs:getLogEvents',
      { LogGroupName: 'g', LogStreamName: 's/c/t' },
      [
        {
          action: 'logs:GetLogEvents',
          resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:s/c/t',
        },
      ],
    ],
    ['arn:aws:states:::events:putEvents', {}, []],
  ])('%s', (resource, task, expected) => {
    expect(accessOfTask(resource, task, place)).toEqual(expected);
  });
});

function document(id: string) {
  return { Statement: [{ Sid: id }] };
}

it('reads the policies of a role, those in it and those attached to it', () => {
  const resolver = new TemplateResolver(
    {
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: document('in') }] },
        },
        Other: { Type: 'AWS::IAM::Role' },
        Attached: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyDocument: document('attached'), Roles: [{ Ref: 'Role' }] },
        },
        Elsewhere: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyDocument: document('elsewhere'), Roles: [{ Ref: 'Other' }] },
        },
      },
    },
    place,
  );

  expect(policiesOf(resolver, 'Role').map((text) => JSON.parse(text))).toEqual([
    document('in'),
    document('attached'),
  ]);
});
