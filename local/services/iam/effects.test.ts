import { beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { rolePrincipal } from '../../cloud/principal.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createIamService } from './index.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const POLICY = 'arn:aws:iam::000000000000:policy/p';
const ROLE = 'arn:aws:iam::000000000000:role/r';

const policy = (Effect: 'Allow' | 'Deny', Action = 'sqs:ListQueues') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });
const trust = (AWS: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
  });

type Change = readonly [operation: string, input: object];

const INLINE: Change = [
  'PutRolePolicy',
  { RoleName: 'r', PolicyName: 'i', PolicyDocument: policy('Allow') },
];
const MANAGED: Change = ['CreatePolicy', { PolicyName: 'p', PolicyDocument: policy('Allow') }];
const ATTACHED: Change = ['AttachRolePolicy', { RoleName: 'r', PolicyArn: POLICY }];
const BOUNDED: Change = [
  'PutRolePermissionsBoundary',
  { RoleName: 'r', PermissionsBoundary: POLICY },
];
const version = (document: string, SetAsDefault: boolean): Change => [
  'CreatePolicyVersion',
  { PolicyArn: POLICY, PolicyDocument: document, SetAsDefault },
];

let cloud: Cloud;

beforeEach(async () => {
  cloud = createTestCloud([createIamService, createStsService, createSqsService]);
  await ask(['CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust('000000000000') }]);
});

function ask([operation, input]: Change): Promise<unknown> {
  return cloud.call(ACCOUNT, 'iam', operation, input);
}

/** Asked after each change, so that what IAM remembers of the role is older than the next one. */
async function isAllowed(): Promise<boolean> {
  const role = rolePrincipal(ROLE, 'session');
  return cloud.call(role, 'sqs', 'ListQueues', {}).then(
    () => true,
    () => false,
  );
}

function assume(DurationSeconds = 900): Promise<unknown> {
  return cloud.call(rolePrincipal(ROLE, 'session'), 'sts', 'AssumeRole', {
    RoleArn: ROLE,
    RoleSessionName: 'again',
    DurationSeconds,
  });
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
describe('a change of a policy has its effect at once', () => {
  it.each<[what: string, changes: readonly Change[], last: boolean]>([
    ['nothing', [], false],
    ['an inline policy', [INLINE], true],
    [
      'its replacement',
      [INLINE, ['PutRolePolicy', { ...INLINE[1], PolicyDocument: policy('Allow', 'sqs:Send*') }]],
      false,
    ],
    ['its end', [INLINE, ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'i' }]], false],
    [
      'a denial beside it',
      [
        INLINE,
        ['PutRolePolicy', { ...INLINE[1], PolicyName: 'j', PolicyDocument: policy('Deny') }],
      ],
      false,
    ],
    ['an attached policy', [MANAGED, ATTACHED], true],
    ['one that is not attached', [MANAGED], false],
    [
      'one that is detached',
      [MANAGED, ATTACHED, ['DetachRolePolicy', { RoleName: 'r', PolicyArn: POLICY }]],
      false,
    ],
    ['a boundary that allows it', [INLINE, MANAGED, BOUNDED], true],
    [
      'a boundary that no longer does',
      [INLINE, MANAGED, BOUNDED, version(policy('Deny'), true)],
      false,
    ],
    [
      'the end of a boundary',
      [
        INLINE,
        MANAGED,
        BOUNDED,
        version(policy('Deny'), true),
        ['DeleteRolePermissionsBoundary', { RoleName: 'r' }],
      ],
      true,
    ],
    ['a new default version', [MANAGED, ATTACHED, version(policy('Deny'), true)], false],
    ['another version', [MANAGED, ATTACHED, version(policy('Deny'), false)], true],
    [
      'the choice of another version',
      [
        MANAGED,
        ATTACHED,
        version(policy('Deny'), false),
        ['SetDefaultPolicyVersion', { PolicyArn: POLICY, VersionId: 'v2' }],
      ],
      false,
    ],
    [
      'the end of the role',
      [
        INLINE,
        ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'i' }],
        ['DeleteRole', { RoleName: 'r' }],
      ],
      false,
    ],
  ])('%s', async (_, changes, last) => {
    await isAllowed();
    for (const change of changes) {
      await ask(change);
      await isAllowed();
    }

    expect(await isAllowed()).toBe(last);
  });

  it('a new trust policy', async () => {
    await ask(['PutRolePolicy', { ...INLINE[1], PolicyDocument: policy('Allow', 'sts:*') }]);
    await assume();

    const document = trust('arn:aws:iam::111111111111:root');
    await ask(['UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: document }]);

    await expect(assume()).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('a role that is made again has nothing of the former', async () => {
    await ask(INLINE);
    await isAllowed();
    await ask(['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'i' }]);
    await ask(['DeleteRole', { RoleName: 'r' }]);
    await ask(['CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust('000000000000') }]);

    expect(await isAllowed()).toBe(false);
  });
});

describe('a session of a role', () => {
  it('assumes another one for at most an hour', async () => {
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: role chaining
    await ask(['UpdateRole', { RoleName: 'r', MaxSessionDuration: 43_200 }]);
    await ask(['PutRolePolicy', { ...INLINE[1], PolicyDocument: policy('Allow', 'sts:*') }]);
    await assume(3_600);

    await expect(assume(3_601)).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

it('a role has no permissions of a role with the same name and another path', async () => {
  await ask(INLINE);
  const other = rolePrincipal('arn:aws:iam::000000000000:role/team/r', 'session');

  const asked = cloud.call(other, 'sqs', 'ListQueues', {});

  await expect(asked).rejects.toMatchObject({ code: 'AccessDenied' });
});
