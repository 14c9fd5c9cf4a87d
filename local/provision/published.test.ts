import { GetAliasCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeStateMachineAliasCommand,
  ListStateMachineVersionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLambdaService } from '../services/lambda/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './index.ts';
import type { Stack } from './template.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference: each type's "Update requires" and return values.

let runtime: TestRuntime;
let lambda: LambdaClient;
let states: SFNClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createLambdaService, createStepFunctionsService]);
  lambda = new LambdaClient(runtime.clientConfig);
  states = new SFNClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'both',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: ['lambda', 'states'].map((service) => ({
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: 'sts:AssumeRole',
      })),
    },
  },
};

const attribute = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });

/** As the CDK writes `currentVersion`, whose logical id changes with the function, and `addAlias`. */
function resources(answer: string): Stack['template']['Resources'] {
  const version = `Version${answer}`;
  return {
    Role: ROLE,
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'f',
        Code: { ZipFile: `exports.handler = async () => '${answer}';` },
        Handler: 'index.handler',
        Role: attribute('Role', 'Arn'),
        Runtime: 'nodejs22.x',
      },
    },
    [version]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName: { Ref: 'Function' },
        FunctionVersion: attribute(version, 'Version'),
        Name: 'live',
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'm',
        RoleArn: attribute('Role', 'Arn'),
        Definition: { Comment: answer, StartAt: 'A', States: { A: { Type: 'Succeed' } } },
      },
    },
    MachineVersion: {
      Type: 'AWS::StepFunctions::StateMachineVersion',
      Properties: {
        StateMachineArn: { Ref: 'Machine' },
        StateMachineRevisionId: attribute('Machine', 'StateMachineRevisionId'),
      },
    },
    MachineAlias: {
      Type: 'AWS::StepFunctions::StateMachineAlias',
      Properties: {
        Name: 'live',
        DeploymentPreference: {
          StateMachineVersionArn: { Ref: 'MachineVersion' },
          Type: 'LINEAR',
          Interval: 1,
          Percentage: 20,
        },
      },
    },
  };
}

async function deploy(answer: string) {
  const stack = {
    name: 's',
    template: { Resources: resources(answer) },
    assets: [],
    dependencies: [],
  };
  const { stacks } = await provision(runtime.cloud, { folder: '', stacks: [stack] });
  const { FunctionVersion } = await lambda.send(
    new GetAliasCommand({ FunctionName: 'f', Name: 'live' }),
  );
  const invoke = new InvokeCommand({ FunctionName: 'f', Qualifier: 'live' });
  const { Payload } = await lambda.send(invoke);
  const alias = await states.send(
    new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${MACHINE}:live` }),
  );
  const { stateMachineVersions = [] } = await states.send(
    new ListStateMachineVersionsCommand({ stateMachineArn: MACHINE }),
  );
  return {
    report: stacks[0],
    function: [FunctionVersion, JSON.parse(Buffer.from(Payload ?? []).toString())],
    routes: alias.routingConfiguration,
    versions: stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn),
  };
}

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';

it('publishes versions, and moves aliases to the new ones before the old ones are removed', async () => {
  const first = await deploy('One');
  const second = await deploy('Two');
  const again = await deploy('Two');

  expect(first).toMatchObject({
    function: ['1', 'One'],
    routes: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }],
    versions: [`${MACHINE}:1`],
    report: {
      notEmulated: [
        'MachineAlias (AWS::StepFunctions::StateMachineAlias): DeploymentPreference LINEAR takes all traffic at once when the runtime provisions it; a deployment shifts it',
      ],
    },
  });
  expect(second).toMatchObject({
    function: ['2', 'Two'],
    routes: [{ stateMachineVersionArn: `${MACHINE}:2`, weight: 100 }],
    versions: [`${MACHINE}:2`],
  });
  expect(again.report).toMatchObject({ created: 0, updated: 0, removed: 0 });
});
