import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createStsService } from '../sts/index.ts';
import { createIamService } from './index.ts';

const POLICY = 'arn:aws:iam::000000000000:policy/p';
const document = (more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more }],
  });
const trust = (more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
        ...more,
      },
    ],
  });
const role = (RoleName: string, more: object = {}): Step => [
  'CreateRole',
  { RoleName, AssumeRolePolicyDocument: trust(), ...more },
];
const inline = (PolicyDocument: string, PolicyName = 'inline'): Step => [
  'PutRolePolicy',
  { RoleName: 'r', PolicyName, PolicyDocument },
];
const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));

const steps: readonly Step[] = [
  role(''),
  role('a b'),
  role('r'.repeat(65)),
  role('r', { Path: 'no-slash' }),
  role('r', { AssumeRolePolicyDocument: '{' }),
  role('r', { AssumeRolePolicyDocument: trust({ Principal: undefined }) }),
  role('r', { AssumeRolePolicyDocument: trust({ Resource: '*' }) }),
  role('r', { AssumeRolePolicyDocument: trust({ Action: 's3:GetObject' }) }),
  role('r', { MaxSessionDuration: 3_599 }),
  role('r', { MaxSessionDuration: 43_201 }),
  role('r', { Description: 'd'.repeat(1_001) }),
  role('r', { Tags: tags(51) }),
  role('r', { Path: '/team/', Description: 'd', MaxSessionDuration: 7_200, Tags: tags(2) }),
  role('r'),
  role('R'),
  { advanceSeconds: 60 },
  role('s'),
  ['GetRole', { RoleName: 'r' }],
  ['GetRole', { RoleName: 'missing' }],
  ['ListRoles'],
  ['ListRoles', { PathPrefix: '/team/' }],
  ['ListRoles', { MaxItems: 1 }, 'page'],
  ['ListRoles', (answered) => ({ MaxItems: 1, Marker: answered('page.Marker') })],
  ['ListRoles', { MaxItems: 0 }],
  ['ListRoles', { MaxItems: 1_001 }],
  ['UpdateRole', { RoleName: 'r', Description: 'new', MaxSessionDuration: 3_600 }],
  ['UpdateRole', { RoleName: 'missing' }],
  ['UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: '{' }],
  [
    'UpdateAssumeRolePolicy',
    { RoleName: 'r', PolicyDocument: trust({ Principal: { AWS: '000000000000' } }) },
  ],
  ['GetRole', { RoleName: 'r' }],
  inline('{'),
  inline('{}'),
  inline(document({ Effect: 'Maybe' })),
  inline(document({ Principal: '*' })),
  inline(document({ Action: undefined })),
  inline(document({ Resource: undefined })),
  inline(document({ Action: 'no-colon' })),
  inline(document({ Resource: 'no arn' })),
  inline(document({ Condition: { Unknown: { 'aws:x': 'y' } } })),
  inline(document(), 'a b'),
  inline(document()),
  inline(document({ Action: ['s3:*', 'sqs:*'] }), 'second'),
  ['GetRolePolicy', { RoleName: 'r', PolicyName: 'inline' }],
  ['GetRolePolicy', { RoleName: 'r', PolicyName: 'missing' }],
  ['ListRolePolicies', { RoleName: 'r' }],
  ['ListRolePolicies', { RoleName: 'r', MaxItems: 1 }, 'page'],
  [
    'ListRolePolicies',
    (answered) => ({ RoleName: 'r', MaxItems: 1, Marker: answered('page.Marker') }),
  ],
  ['CreatePolicy', { PolicyName: 'p', PolicyDocument: '{' }],
  [
    'CreatePolicy',
    { PolicyName: 'p', PolicyDocument: document(), Description: 'd', Tags: tags(1) },
  ],
  ['CreatePolicy', { PolicyName: 'p', PolicyDocument: document() }],
  ['GetPolicy', { PolicyArn: POLICY }],
  ['GetPolicy', { PolicyArn: `${POLICY}x` }],
  ['GetPolicy', { PolicyArn: 'no arn' }],
  ['ListPolicies', { Scope: 'Local' }],
  ['ListPolicies', { Scope: 'Local', OnlyAttached: true }],
  ['AttachRolePolicy', { RoleName: 'r', PolicyArn: POLICY }],
  ['AttachRolePolicy', { RoleName: 'r', PolicyArn: POLICY }],
  ['AttachRolePolicy', { RoleName: 'r', PolicyArn: `${POLICY}x` }],
  ['AttachRolePolicy', { RoleName: 'missing', PolicyArn: POLICY }],
  ['ListAttachedRolePolicies', { RoleName: 'r' }],
  ['ListEntitiesForPolicy', { PolicyArn: POLICY }],
  ['ListPolicies', { Scope: 'Local', OnlyAttached: true }],
  [
    'CreatePolicyVersion',
    { PolicyArn: POLICY, PolicyDocument: document({ Action: 's3:PutObject' }) },
  ],
  ['GetPolicy', { PolicyArn: POLICY }],
  [
    'CreatePolicyVersion',
    { PolicyArn: POLICY, PolicyDocument: document({ Action: 's3:*' }), SetAsDefault: true },
  ],
  ['GetPolicy', { PolicyArn: POLICY }],
  ['GetPolicyVersion', { PolicyArn: POLICY, VersionId: 'v2' }],
  ['GetPolicyVersion', { PolicyArn: POLICY, VersionId: 'v9' }],
  ['ListPolicyVersions', { PolicyArn: POLICY }],
  ['SetDefaultPolicyVersion', { PolicyArn: POLICY, VersionId: 'v1' }],
  ['SetDefaultPolicyVersion', { PolicyArn: POLICY, VersionId: 'v9' }],
  ['DeletePolicyVersion', { PolicyArn: POLICY, VersionId: 'v1' }],
  ['DeletePolicyVersion', { PolicyArn: POLICY, VersionId: 'v2' }],
  ['DeletePolicyVersion', { PolicyArn: POLICY, VersionId: 'v2' }],
  ...Array.from(
    { length: 4 },
    (): Step => ['CreatePolicyVersion', { PolicyArn: POLICY, PolicyDocument: document() }],
  ),
  ['DeletePolicy', { PolicyArn: POLICY }],
  ['DeleteRole', { RoleName: 'r' }],
  ['DetachRolePolicy', { RoleName: 'r', PolicyArn: POLICY }],
  ['DetachRolePolicy', { RoleName: 'r', PolicyArn: POLICY }],
  ['DeletePolicy', { PolicyArn: POLICY }],
  ...['v3', 'v4', 'v5', 'v6', 'v7'].map(
    (VersionId): Step => ['DeletePolicyVersion', { PolicyArn: POLICY, VersionId }],
  ),
  ['DeletePolicy', { PolicyArn: POLICY }],
  [
    'TagRole',
    {
      RoleName: 'r',
      Tags: [
        { Key: 'k0', Value: 'new' },
        { Key: 'x', Value: '' },
      ],
    },
  ],
  ['UntagRole', { RoleName: 'r', TagKeys: ['k1', 'missing'] }],
  ['ListRoleTags', { RoleName: 'r' }],
  ['TagRole', { RoleName: 'r', Tags: [{ Key: 'aws:x', Value: '' }] }],
  ['DeleteRole', { RoleName: 'r' }],
  ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'inline' }],
  ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'inline' }],
  ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'second' }],
  ['sts:GetCallerIdentity'],
  [
    'sts:AssumeRole',
    { RoleArn: 'arn:aws:iam::000000000000:role/missing', RoleSessionName: 'session' },
  ],
  ['sts:AssumeRole', { RoleArn: 'arn:aws:iam::000000000000:role/team/r', RoleSessionName: 'a b' }],
  [
    'sts:AssumeRole',
    { RoleArn: 'arn:aws:iam::000000000000:role/team/r', RoleSessionName: 'session' },
  ],
  [
    'sts:AssumeRole',
    {
      RoleArn: 'arn:aws:iam::000000000000:role/team/r',
      RoleSessionName: 'session',
      DurationSeconds: 899,
    },
  ],
  ['DeleteRole', { RoleName: 'r' }],
  ['DeleteRole', { RoleName: 'r' }],
];

const long = (count: number) => document({ Resource: `arn:aws:s3:::${'x'.repeat(count)}` });
const policy = (index: number): Step => [
  'CreatePolicy',
  { PolicyName: `p${index}`, PolicyDocument: document() },
];
const attach = (index: number): Step => [
  'AttachRolePolicy',
  { RoleName: 'r', PolicyArn: `${POLICY}${index}` },
];
const AWS_POLICY = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const assume = (more: object = {}): Step => [
  'sts:AssumeRole',
  { RoleArn: 'arn:aws:iam::000000000000:role/r', RoleSessionName: 'session', ...more },
];
/** The length of a document without the text that fills it. */
const FRAME = long(0).length;
const TRUST_FRAME = trust({ Principal: { Service: '' } }).length;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const edges: readonly Step[] = [
  ...[8_192, 8_193].map((length) =>
    role(`trust-${length}`, {
      AssumeRolePolicyDocument: trust({
        Principal: { Service: `${'x'.repeat(length - TRUST_FRAME - 14)}.amazonaws.com` },
      }),
    }),
  ),
  role('r', { MaxSessionDuration: 7_200 }),
  role('r'.repeat(64)),
  inline(long(10_240 - FRAME), 'whole'),
  inline(long(0), 'more'),
  inline(long(10_241 - FRAME), 'whole'),
  ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'whole' }],
  ...[6_144, 6_145].map(
    (length): Step => [
      'CreatePolicy',
      { PolicyName: `size-${length}`, PolicyDocument: long(length - FRAME) },
    ],
  ),
  ['CreatePolicy', { PolicyName: 'p'.repeat(128), PolicyDocument: document() }],
  ['CreatePolicy', { PolicyName: 'p'.repeat(129), PolicyDocument: document() }],
  ['CreatePolicy', { PolicyName: 'a b', PolicyDocument: document() }],
  ['CreatePolicy', { PolicyName: 'team', Path: '/team/', PolicyDocument: document() }],
  ...Array.from({ length: 21 }, (_, index) => policy(index)),
  ...Array.from({ length: 21 }, (_, index) => attach(index)),
  ['ListAttachedRolePolicies', { RoleName: 'r', MaxItems: 19 }, 'page'],
  ['ListAttachedRolePolicies', (answered) => ({ RoleName: 'r', Marker: answered('page.Marker') })],
  ['ListPolicies', { Scope: 'Local', PathPrefix: '/team/' }],
  ['ListPolicies', { Scope: 'Local', MaxItems: 1 }, 'page'],
  [
    'ListPolicies',
    (answered) => ({ Scope: 'Local', MaxItems: 1, Marker: answered('page.Marker') }),
  ],
  ['ListPolicies', { Scope: 'AWS', MaxItems: 1 }],
  ['ListPolicies', { MaxItems: 1 }],
  ['ListEntitiesForPolicy', { PolicyArn: `${POLICY}0`, MaxItems: 1 }],
  ['GetPolicy', { PolicyArn: AWS_POLICY }],
  ['ListPolicyVersions', { PolicyArn: AWS_POLICY }],
  ['DeletePolicy', { PolicyArn: AWS_POLICY }],
  ['CreatePolicyVersion', { PolicyArn: AWS_POLICY, PolicyDocument: document() }],
  ['CreatePolicyVersion', { PolicyArn: `${POLICY}0`, PolicyDocument: long(6_145 - FRAME) }],
  ['CreatePolicyVersion', { PolicyArn: `${POLICY}0`, PolicyDocument: document() }],
  ['ListPolicyVersions', { PolicyArn: `${POLICY}0`, MaxItems: 1 }, 'page'],
  [
    'ListPolicyVersions',
    (answered) => ({ PolicyArn: `${POLICY}0`, Marker: answered('page.Marker') }),
  ],
  ['DeletePolicy', { PolicyArn: `${POLICY}0` }],
  ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'more' }],
  ['DeleteRole', { RoleName: 'r' }],
  ['TagRole', { RoleName: 'r', Tags: tags(50) }],
  ['TagRole', { RoleName: 'r', Tags: [{ Key: 'k0', Value: 'new' }] }],
  ['TagRole', { RoleName: 'r', Tags: [{ Key: 'more', Value: '' }] }],
  ['ListRoleTags', { RoleName: 'r', MaxItems: 49 }, 'page'],
  ['ListRoleTags', (answered) => ({ RoleName: 'r', Marker: answered('page.Marker') })],
  ['ListRoles', { MaxItems: 1_000 }],
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  [
    'UpdateAssumeRolePolicy',
    {
      RoleName: 'r',
      PolicyDocument: trust({ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }),
    },
  ],
  ...[899, 900, 3_600, 7_200, 7_201, 43_200, 43_201].map((DurationSeconds) =>
    assume({ DurationSeconds }),
  ),
  ...['a', 'aa', 's'.repeat(64), 's'.repeat(65)].map((RoleSessionName) =>
    assume({ RoleSessionName }),
  ),
  assume({ Policy: document() }),
  assume({ PolicyArns: [{ arn: `${POLICY}0` }] }),
  assume({ PolicyArns: [], Tags: [] }),
  assume({ Tags: [{ Key: 'a', Value: 'b' }] }),
  assume({ TransitiveTagKeys: ['a'] }),
  assume({ SerialNumber: 'arn:aws:iam::000000000000:mfa/u', TokenCode: '000000' }),
  assume({ ExternalId: 'external' }),
];

describe('IAM and STS answer as in the transcript of', () => {
  it.each([
    ['iam', steps],
    ['edges', edges],
  ])('%s', async (name, requests) => {
    const transcript = await transcriptOf('iam', [createIamService, createStsService], requests);

    await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
