import { expect, it } from 'vitest';
import { rolePrincipal } from '../../cloud/principal.ts';
import { type Step, transcriptOf, USER } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createStsService } from './index.ts';

const RoleArn = 'arn:aws:iam::000000000000:role/team/r';

const assume = (input: object): Step => [
  'AssumeRole',
  { RoleArn, RoleSessionName: 'session', ...input },
];

const POLICY = {
  RoleName: 'r',
  PolicyName: 'p',
  PolicyDocument: JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn },
  }),
};
const TRUST_OF_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: RoleArn, Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const steps: readonly Step[] = [
  ['GetCallerIdentity'],
  assume({}),
  [
    'iam:CreateRole',
    {
      Path: '/team/',
      RoleName: 'r',
      MaxSessionDuration: 7_200,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::000000000000:root' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringLike: { 'sts:RoleSessionName': '*s*', 'sts:ExternalId': ['ee', 'e f'] },
          },
        },
      }),
    },
  ],
  assume({}),
  assume({ ExternalId: 'other' }),
  ...['e', 'ee'].map((ExternalId) => assume({ ExternalId })),
  assume({ ExternalId: 'ee', RoleSessionName: 'none' }),
  ...['s', 'ss', 's'.repeat(64), 's'.repeat(65), 's:s', 's+=,.@-_'].map((RoleSessionName) =>
    assume({ ExternalId: 'ee', RoleSessionName }),
  ),
  ...[899, 900, 3_600, 3_601, 7_200, 7_201, 43_200, 43_201].map((DurationSeconds) =>
    assume({ ExternalId: 'ee', DurationSeconds }),
  ),
  ...[
    { Policy: '{}' },
    { PolicyArns: [] },
    { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
    { Tags: [{ Key: 'a', Value: '1' }] },
    { TransitiveTagKeys: ['a'] },
    { SourceIdentity: 'me' },
    { SerialNumber: '123456789012', TokenCode: '123456' },
    { TokenCode: '123456' },
  ].map((more) => assume({ ExternalId: 'ee', ...more })),
  // "Role chaining limits your AWS CLI or AWS API role session to a maximum of one hour."
  { caller: rolePrincipal(RoleArn, 'chained') },
  ['GetCallerIdentity'],
  ['iam:PutRolePolicy', POLICY],
  assume({ ExternalId: 'ee' }),
  { caller: USER },
  ['iam:PutRolePolicy', POLICY],
  ['iam:UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: TRUST_OF_ALL }],
  { caller: rolePrincipal(RoleArn, 'chained') },
  ...[3_600, 3_601, 7_201].map((DurationSeconds) => assume({ DurationSeconds })),
  { caller: { kind: 'service', service: 'lambda.amazonaws.com' } },
  assume({}),
];

it('STS answers as in the transcript', async () => {
  const factories = [createStsService, createIamService];

  const transcript = await transcriptOf('sts', factories, steps);

  // The keys and the seal of a session are secrets of the runtime.
  await expect(
    transcript.replaceAll(/(SecretAccessKey|SessionToken): '[^']+'/g, "$1: '…'"),
  ).toMatchFileSnapshot('transcripts/sts.txt');
});
