import { afterAll, beforeAll, expect, it } from 'vitest';
import { rolePrincipal } from '../../cloud/principal.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { provision } from '../provision.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([]);
});

afterAll(() => runtime.stop());

it('names the AWS managed policies of a role that grant nothing here', async () => {
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const role = (...names: readonly string[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument,
      ManagedPolicyArns: names.map((name) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${name}`,
      })),
    },
  });
  const Resources = {
    Reader: role('AmazonS3ReadOnlyAccess', 'AmazonAthenaFullAccess', 'job-function/DataScientist'),
    Writer: role('AmazonS3FullAccess'),
  };

  const stack = { name: 'app', template: { Resources }, assets: [], dependencies: [] };

  const { stacks } = await provision(runtime.cloud, { folder: '', stacks: [stack] });

  expect(stacks[0]?.notEmulated).toEqual([
    'Reader (AWS::IAM::Role): this runtime does not have the documents of the AWS managed policies AmazonAthenaFullAccess, job-function/DataScientist, which grant nothing here',
  ]);
});

/** A stack with a role that may do everything within this boundary. */
async function provisionBounded(name: string, Resources: object, boundary: unknown) {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'x.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement } }],
      PermissionsBoundary: boundary,
    },
  };
  const template = { Resources: { ...Resources, Bounded: role } };
  const stack = { name, template, assets: [], dependencies: [] };
  const { stacks } = await provision(runtime.cloud, { folder: '', stacks: [stack] });
  const session = rolePrincipal(`arn:aws:iam::000000000000:role/${name}`, 'session');
  const answers = await Promise.allSettled([
    runtime.cloud.call(session, 'iam', 'ListRoles', {}),
    runtime.cloud.call(session, 'iam', 'ListPolicies', {}),
  ]);
  return { notes: stacks[0]?.notEmulated, answers: answers.map(({ status }) => status) };
}

it('limits a role by its permissions boundary', async () => {
  const Boundary = {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }],
      },
    },
  };

  const bounded = await provisionBounded('bounded', { Boundary }, { Ref: 'Boundary' });

  expect(bounded).toEqual({ notes: [], answers: ['fulfilled', 'rejected'] });
});

it('names a role whose boundary is not in the account, and makes it without', async () => {
  const arn = 'arn:aws:iam::000000000000:policy/missing';

  const bounded = await provisionBounded('unbounded', {}, arn);

  expect(bounded).toEqual({
    notes: [
      `Bounded (AWS::IAM::Role): its permissions boundary ${arn} is not in this account, so it limits nothing here; AWS would not make the role`,
    ],
    answers: ['fulfilled', 'fulfilled'],
  });
});
