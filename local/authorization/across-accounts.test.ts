import { beforeEach, expect, it } from 'vitest';
import type { Clouds } from '../cloud/clouds.ts';
import { rolePrincipal } from '../cloud/principal.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createTestClouds } from '../testing/cloud.testing.ts';

const [CALLER, OWNER] = ['111111111111', '222222222222'] as const;
const QUEUE = `arn:aws:sqs:us-east-1:${OWNER}:jobs`;
const ROLE = `arn:aws:iam::${CALLER}:role/team/sender`;
const ACCOUNT = `arn:aws:iam::${CALLER}:root`;
const QueueUrl = `https://sqs.us-east-1.amazonaws.com/${OWNER}/jobs`;

let clouds: Clouds;

const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
const send = { Action: 'sqs:SendMessage', Resource: QUEUE };

function own(account: string, service: ServiceName, operation: string, input: object) {
  const principal = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
  return clouds.find(account)?.call(principal, service, operation, input);
}

const identity = (Effect: 'Allow' | 'Deny') =>
  own(CALLER, 'iam', 'PutRolePolicy', {
    RoleName: 'sender',
    PolicyName: 'send',
    PolicyDocument: document({ Effect, ...send }),
  });

const resource = (Effect: 'Allow' | 'Deny', Principal: object, more: object = {}) =>
  own(OWNER, 'sqs', 'SetQueueAttributes', {
    QueueUrl,
    Attributes: { Policy: document({ Effect, Principal, ...send, ...more }) },
  });

beforeEach(async () => {
  clouds = createTestClouds([createSqsService], [CALLER, OWNER]);
  await own(CALLER, 'iam', 'CreateRole', {
    Path: '/team/',
    RoleName: 'sender',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { AWS: CALLER },
      Action: 'sts:AssumeRole',
    }),
  });
  await own(OWNER, 'sqs', 'CreateQueue', { QueueName: 'jobs' });
});

/** `allowed`, or the end of the refusal. */
async function decision(principal: Parameters<Clouds['home']['call']>[0]): Promise<string> {
  const sent = clouds.home.call(principal, 'sqs', 'SendMessage', { QueueUrl, MessageBody: 'm' });
  const message = await sent.then(
    () => 'allowed',
    (error: Error) => error.message,
  );
  return message.replace(/^User: .* on resource: \S+ /, '');
}

const NO_IDENTITY = 'because no identity-based policy allows the sqs:SendMessage action';
const NO_RESOURCE = 'because no resource-based policy allows the sqs:SendMessage action';
const IDENTITY_DENIES = 'with an explicit deny in an identity-based policy';
const RESOURCE_DENIES = 'with an explicit deny in a resource-based policy';

const nothing = async () => {};
const allowRole = () => resource('Allow', { AWS: ROLE });
const allowAccount = () => resource('Allow', { AWS: ACCOUNT });

// Measured: https://dev.classmethod.jp/articles/access-denied-error-message-vpcendpoint-crossaccount/
it.each([
  ['both allow it', () => identity('Allow'), allowRole, 'allowed'],
  ['both allow it, the resource for the account', () => identity('Allow'), allowAccount, 'allowed'],
  ['only the resource allows it, for the account', nothing, allowAccount, NO_RESOURCE],
  ['only the resource allows it, for the caller', nothing, allowRole, NO_IDENTITY],
  ['only the caller allows it', () => identity('Allow'), nothing, NO_RESOURCE],
  ['neither allows it', nothing, nothing, NO_RESOURCE],
  ['the caller denies it', () => identity('Deny'), allowRole, IDENTITY_DENIES],
  [
    'the resource denies it',
    () => identity('Allow'),
    () => resource('Deny', { AWS: ROLE }),
    RESOURCE_DENIES,
  ],
  ['both deny it', () => identity('Deny'), () => resource('Deny', { AWS: ROLE }), IDENTITY_DENIES],
])('a call between accounts where %s', async (_, setIdentity, setResource, expected) => {
  await setIdentity();
  await setResource();

  expect(await decision(rolePrincipal(ROLE, 'session'))).toBe(expected);
});

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
it('a role that a service of another account has assumed calls in its own account', async () => {
  await own(CALLER, 'iam', 'PutRolePolicy', {
    RoleName: 'sender',
    PolicyName: 'create',
    PolicyDocument: document({ Effect: 'Allow', Action: 'sqs:CreateQueue', Resource: '*' }),
  });
  const role = rolePrincipal(ROLE, 'StepFunctions');

  const made = clouds.find(OWNER)?.call(role, 'sqs', 'CreateQueue', { QueueName: 'made' });

  await expect(made).resolves.toEqual({
    QueueUrl: `https://sqs.us-east-1.amazonaws.com/${CALLER}/made`,
  });
});

it('the user of another account needs the policy of the resource only', async () => {
  const user = { kind: 'account', arn: ACCOUNT } as const;
  const before = await decision(user);

  await allowAccount();

  expect([before, await decision(user)]).toEqual([NO_RESOURCE, 'allowed']);
});

it.each([
  ['aws:PrincipalAccount', CALLER, 'allowed'],
  ['aws:PrincipalAccount', OWNER, NO_RESOURCE],
  ['aws:ResourceAccount', OWNER, 'allowed'],
  ['aws:ResourceAccount', CALLER, NO_RESOURCE],
])('%s is %s: %s', async (key, value, expected) => {
  await identity('Allow');
  await resource('Allow', { AWS: ACCOUNT }, { Condition: { StringEquals: { [key]: value } } });

  expect(await decision(rolePrincipal(ROLE, 'session'))).toBe(expected);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
it.each([
  [CALLER, 'allowed'],
  [OWNER, NO_RESOURCE],
])(
  'a service acts for the account from which it calls: aws:SourceAccount %s',
  async (value, expected) => {
    const Condition = { StringEquals: { 'aws:SourceAccount': value } };
    await resource('Allow', { Service: 'events.amazonaws.com' }, { Condition });

    expect(await decision({ kind: 'service', service: 'events.amazonaws.com' })).toBe(expected);
  },
);
