import { beforeEach, describe, expect, it } from 'vitest';
import { Cloud } from '../cloud/cloud.ts';
import { type Principal, rolePrincipal } from '../cloud/principal.ts';
import type { Permission, PolicyDocument, PolicyStatement } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { createVirtualClock } from '../host/clock.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';
import { createIamAuthorizer } from './iam-authorizer.ts';

const account: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const role = rolePrincipal('arn:aws:iam::000000000000:role/app/Trainer', 'run-1');
const eventBridge: Principal = {
  kind: 'service',
  service: 'events.amazonaws.com',
  sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/uploads',
};
const object = 'arn:aws:s3:::data/incoming/a.csv';

let identity: readonly PolicyDocument[];
let boundary: PolicyDocument | undefined;
let onResource: PolicyDocument | undefined;
let cloud: Cloud;

const refuse = (message: string) => new ServiceError('AccessDenied', message, { status: 403 });

beforeEach(() => {
  identity = [];
  boundary = undefined;
  onResource = undefined;
  cloud = createTestCloud(
    [
      () => ({
        name: 'iam',
        operations: {},
        accessDenied: refuse,
        identityPolicies: () => identity,
        permissionsBoundary: () => boundary,
        resourcePolicy: () => onResource,
      }),
      () => ({
        name: 's3',
        operations: {},
        accessDenied: refuse,
        resourcePolicy: () => onResource,
      }),
      () => ({ name: 'sts', operations: {}, accessDenied: refuse }),
    ],
    { clock: createVirtualClock(Date.UTC(2026, 10, 20, 12)) },
  );
});

function policy(...Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

/** `allowed`, or the message of the refusal. */
function decide(principal: Principal, permission: Partial<Permission> = {}): string {
  const service = cloud.service(permission.action?.startsWith('sts:') === true ? 'sts' : 's3');
  if (service === undefined) throw new Error('the service is missing');
  const permissions = [{ action: 's3:GetObject', resource: object, ...permission }];
  try {
    createIamAuthorizer().authorize({ cloud, principal, service, permissions });
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}

const refused =
  'User: arn:aws:sts::000000000000:assumed-role/Trainer/run-1 is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/incoming/a.csv"';
const noIdentityPolicy = `${refused} because no identity-based policy allows the s3:GetObject action`;

const allowNamed = (AWS: string) =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource: '*' });

const allowFrom = (source: string) =>
  policy({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 's3:GetObject',
    Resource: '*',
    Condition: { ArnEquals: { 'aws:SourceArn': source } },
  });

describe('who is asked', () => {
  it('lets the account do everything', () => {
    expect(decide(account)).toBe('allowed');
  });

  it('refuses a role without policies in the words of AWS', () => {
    expect(decide(role)).toBe(noIdentityPolicy);
  });

  it('lets an identity policy allow, and an explicit denial win over it', () => {
    identity = [policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })];
    const before = decide(role);
    identity = [...identity, policy({ Effect: 'Deny', Action: 's3:Get*', Resource: '*' })];

    expect([before, decide(role)]).toEqual([
      'allowed',
      `${refused} with an explicit deny in an identity-based policy`,
    ]);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
  it.each<[string, PolicyStatement['Effect'], string, string]>([
    ['allows it', 'Allow', 's3:*', 'allowed'],
    [
      'allows something else',
      'Allow',
      'sqs:*',
      `${refused} because no permissions boundary allows the s3:GetObject action`,
    ],
    ['denies it', 'Deny', 's3:Get*', `${refused} with an explicit deny in a permissions boundary`],
  ])('limits an identity policy by a boundary that %s', (_what, Effect, Action, answer) => {
    identity = [policy({ Effect: 'Allow', Action: '*', Resource: '*' })];
    boundary = policy({ Effect, Action, Resource: '*' });

    expect(decide(role)).toBe(answer);
  });

  it('lets a boundary alone allow nothing', () => {
    boundary = policy({ Effect: 'Allow', Action: '*', Resource: '*' });

    expect(decide(role)).toBe(noIdentityPolicy);
  });

  // https://ben11kehoe.medium.com/aws-iam-permission-boundaries-has-a-caveat-that-may-surprise-you-2e8cbad2883a
  it('limits what a resource policy grants to the role, but not to its session', () => {
    boundary = policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' });

    const answers = [role.roleArn, role.arn].map((name) => {
      onResource = allowNamed(name);
      return decide(role) === 'allowed';
    });

    expect(answers).toEqual([false, true]);
  });

  it('limits by a boundary which roles a role assumes', () => {
    const permission = { action: 'sts:AssumeRole', resource: 'arn:aws:iam::000000000000:role/b' };
    onResource = policy({
      Effect: 'Allow',
      Principal: { AWS: role.roleArn },
      Action: 'sts:AssumeRole',
    });
    const answers = ['sts:*', 's3:*'].map((Action) => {
      boundary = policy({ Effect: 'Allow', Action, Resource: '*' });
      return decide(role, permission) === 'allowed';
    });

    expect(answers).toEqual([true, false]);
  });

  it('lets a resource policy allow the role itself, but not through its account alone', () => {
    const answers = [role.roleArn, role.arn, '*', '000000000000', account.arn].map((name) => {
      onResource = allowNamed(name);
      return decide(role) === 'allowed';
    });

    expect(answers).toEqual([true, true, true, false, false]);
  });

  it('lets a resource policy deny what the identity policy allows', () => {
    identity = [policy({ Effect: 'Allow', Action: '*', Resource: '*' })];
    onResource = policy({
      Effect: 'Deny',
      NotPrincipal: { AWS: 'arn:aws:iam::000000000000:role/Other' },
      Action: 's3:*',
      Resource: '*',
    });

    expect(decide(role)).toBe(`${refused} with an explicit deny in a resource-based policy`);
  });

  it('asks only the resource about services, with the source of the request', () => {
    const without = decide(eventBridge);
    onResource = allowFrom('arn:aws:events:us-east-1:000000000000:rule/other');
    const other = decide(eventBridge);
    onResource = allowFrom('arn:aws:events:us-east-1:000000000000:rule/uploads');

    const message =
      'User: events.amazonaws.com is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/incoming/a.csv" because no resource-based policy allows the s3:GetObject action';
    expect([without, other, decide(eventBridge)]).toEqual([message, message, 'allowed']);
  });

  it.each<[string, Principal, PolicyStatement['Principal'], boolean]>([
    ['the account that is trusted', account, { AWS: 'arn:aws:iam::000000000000:root' }, true],
    ['the account that is not', account, { Service: 'states.amazonaws.com' }, false],
    ['the service that is trusted', eventBridge, { Service: 'events.amazonaws.com' }, true],
    ['another service', eventBridge, { Service: ['states.amazonaws.com'] }, false],
    ['a role of a trusted account without leave of its own', role, { AWS: account.arn }, false],
    ['a role that is named', role, { AWS: role.roleArn }, true],
  ])('lets roles be taken on only by whom they trust: %s', (_who, who, trusted, may) => {
    onResource = policy({
      Effect: 'Allow',
      ...(trusted === undefined ? {} : { Principal: trusted }),
      Action: 'sts:AssumeRole',
    });
    const resource = 'arn:aws:iam::000000000000:role/Wanted';

    const answer = decide(who, { action: 'sts:AssumeRole', resource });

    expect(answer === 'allowed').toBe(may);
  });

  it('leaves the resource out of the message where the action has none', () => {
    expect(decide(role, { action: 'sagemaker:ListModels', resource: '*' })).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/Trainer/run-1 is not authorized to perform: sagemaker:ListModels because no identity-based policy allows the sagemaker:ListModels action',
    );
  });
});

describe('what a statement means', () => {
  it.each<[string, Omit<PolicyStatement, 'Effect'>, boolean]>([
    ['an exact action', { Action: 's3:GetObject', Resource: object }, true],
    ['an action in another case', { Action: 'S3:getobject', Resource: object }, true],
    ['another action', { Action: 's3:PutObject', Resource: object }, false],
    ['an action with a wildcard', { Action: 's3:Get*', Resource: object }, true],
    ['an action with one open letter', { Action: 's3:?etObject', Resource: object }, true],
    ['all other actions', { NotAction: 's3:PutObject', Resource: object }, true],
    ['all but this action', { NotAction: ['s3:Get*'], Resource: object }, false],
    ['one of several resources', { Action: '*', Resource: ['x', 'arn:aws:s3:::data/*'] }, true],
    ['a resource in another case', { Action: '*', Resource: 'arn:aws:s3:::DATA/*' }, false],
    ['all other resources', { Action: '*', NotResource: 'arn:aws:s3:::data/x' }, true],
    ['all but this resource', { Action: '*', NotResource: 'arn:aws:s3:::data/*' }, false],
    ['a dot that is a dot', { Action: '*', Resource: 'arn:aws:s3:::data/incoming/aXcsv' }, false],
    ['a variable', { Action: '*', Resource: 'arn:aws:s3:::data/${s3:folder}/*' }, true],
    [
      'a variable without value',
      { Action: '*', Resource: 'arn:aws:s3:::data/${aws:none}*' },
      false,
    ],
    [
      'a variable with a default',
      { Action: '*', Resource: "arn:aws:s3:::data/${aws:none, 'incoming'}/*" },
      true,
    ],
    ['an escaped star', { Action: '*', Resource: 'arn:aws:s3:::data/${*}' }, false],
  ])('%s', (_what, statement, allowed) => {
    identity = [policy({ Effect: 'Allow', ...statement })];

    const answer = decide(role, { context: { 's3:folder': 'incoming' } });

    expect(answer === 'allowed').toBe(allowed);
  });

  it('knows no variables in policies of the old version', () => {
    identity = [
      {
        Version: '2008-10-17',
        Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::data/${s3:folder}/*' },
      },
    ];

    expect(decide(role, { context: { 's3:folder': 'incoming' } })).toBe(noIdentityPolicy);
  });
});

describe('conditions', () => {
  const context = {
    'iam:PassedToService': 'sagemaker.amazonaws.com',
    's3:prefix': 'incoming/x',
    'test:number': '10',
    'test:tags': ['a', 'b'],
    'test:date': '2026-11-20T10:00:00Z',
  };

  it.each<[NonNullable<PolicyStatement['Condition']>, boolean]>([
    [{ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }, true],
    [{ StringEquals: { 'IAM:passedtoservice': ['x', 'sagemaker.amazonaws.com'] } }, true],
    [{ StringEquals: { 'iam:PassedToService': 'sagemaker.*' } }, false],
    [{ StringEquals: { 'aws:PrincipalArn': '${aws:PrincipalArn}' } }, true],
    [{ StringNotEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }, true],
    [{ StringNotEquals: { 'iam:PassedToService': ['x', 'sagemaker.amazonaws.com'] } }, false],
    [{ StringEqualsIgnoreCase: { 'iam:PassedToService': 'SageMaker.amazonaws.com' } }, true],
    [{ StringLike: { 's3:prefix': ['incoming/*'] } }, true],
    [{ StringNotLike: { 's3:prefix': 'incoming/*' } }, false],
    [{ StringEquals: { 'test:missing': 'x' } }, false],
    [{ StringEqualsIfExists: { 'test:missing': 'x' } }, true],
    [{ StringNotEquals: { 'test:missing': 'x' } }, true],
    [{ Null: { 'test:missing': 'true' } }, true],
    [{ Null: { 'test:number': true } }, false],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ Bool: { 'aws:SecureTransport': false } }, false],
    [{ NumericLessThanEquals: { 'test:number': 10 } }, true],
    [{ NumericGreaterThan: { 'test:number': '10' } }, false],
    [{ NumericNotEquals: { 'test:number': '9' } }, true],
    [{ DateGreaterThan: { 'test:date': '2026-11-20T09:59:59Z' } }, true],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-11-20T11:00:00Z' } }, false],
    [{ DateLessThan: { 'aws:EpochTime': '2026-11-20T13:00:00Z' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, true],
    [{ NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } }, false],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app/*' } }, true],
    [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/other' } }, false],
    [{ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/other' } }, true],
    [{ 'ForAnyValue:StringEquals': { 'test:tags': ['b', 'c'] } }, true],
    [{ 'ForAllValues:StringEquals': { 'test:tags': ['b', 'c'] } }, false],
    [{ 'ForAllValues:StringEquals': { 'test:tags': ['a', 'b', 'c'] } }, true],
    [{ 'ForAllValues:StringEquals': { 'test:missing': ['a'] } }, true],
    [{ 'ForAnyValue:StringEquals': { 'test:missing': ['a'] } }, false],
    [
      { StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalType': 'Account' } },
      false,
    ],
    [
      {
        StringEquals: { 'aws:RequestedRegion': 'us-east-1' },
        Bool: { 'aws:SecureTransport': 'true' },
      },
      true,
    ],
    [{ SomethingElse: { 'test:number': '10' } }, false],
  ])('%j', (Condition, holds) => {
    identity = [policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition })];

    expect(decide(role, { context }) === 'allowed').toBe(holds);
  });
});
