import { afterAll, beforeAll, expect, it } from 'vitest';
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
