import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Service } from '../services/s3/index.ts';
import { createSsmService } from '../services/ssm/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { type ProvisionReport, provision } from './provision.ts';
import type { Template } from './template.ts';

let runtime: TestRuntime;
let ssm: SSMClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createS3Service, createSsmService, createStepFunctionsService]);
  ssm = new SSMClient(runtime.clientConfig);
  await keep('/conf/name', 'one');
  await keep('/conf/list', 'a, b');
});

afterAll(() => runtime.stop());

async function keep(Name: string, Value: string): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
}

async function valueOf(Name: string): Promise<string | undefined> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  return Parameter?.Value;
}

function provisionStack(
  template: Template,
  parameters?: Readonly<Record<string, string>>,
): Promise<ProvisionReport> {
  const stack = { name: 'stack', template, assets: [], dependencies: [] };
  const options = parameters === undefined ? {} : { parameters };
  return provision(runtime.cloud, { folder: '', stacks: [stack] }, options);
}

/** A parameter in SSM that shows a value of the template. */
const shown = (Name: string, Value: unknown) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Type: 'String', Value },
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
describe('a parameter of a template', () => {
  const template: Template = {
    Parameters: {
      Source: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/conf/name' },
      Sources: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/conf/list' },
      Zones: { Type: 'CommaDelimitedList', Default: 'x, y' },
      Size: { Type: 'String', Default: 'small', AllowedValues: ['small', 'large'] },
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/not/here' },
    },
    Resources: {
      Shown: shown('/shown', {
        'Fn::Join': [
          '|',
          [
            { Ref: 'Source' },
            { 'Fn::Select': [1, { Ref: 'Sources' }] },
            { 'Fn::Select': [1, { Ref: 'Zones' }] },
            { Ref: 'Size' },
          ],
        ],
      }),
    },
  };

  it('has the value in SSM whose name it is, the items of a list, or the value that was given', async () => {
    await provisionStack(template);
    const initial = await valueOf('/shown');
    await provisionStack(template, { Size: 'large', Zones: 'p,q' });
    const given = await valueOf('/shown');
    await keep('/conf/name', 'two');
    await provisionStack(template);

    expect([initial, given, await valueOf('/shown')]).toEqual([
      'one|b|y|small',
      'one|b|q|large',
      'two|b|y|small',
    ]);
  });

  it.each([
    [
      'not one of its allowed values',
      { Size: 'huge' },
      "Parameter 'Size' must be one of AllowedValues.",
    ],
    [
      'of no template',
      { Colour: 'red' },
      'Parameters: [Colour] do not exist in the template. Nothing was provisioned.',
    ],
    [
      'missing in SSM',
      { Source: '/none' },
      'Unable to fetch parameters [/none] from parameter store for this account.',
    ],
  ])('is refused by name if its value is %s', async (_, parameters, message) => {
    await expect(provisionStack(template, parameters)).rejects.toThrow(message);
  });

  it.each(['three', '', '1e999'])('of type Number is refused with the value %j', async (Count) => {
    const Parameters = { Count: { Type: 'Number', Default: 1 } };
    const Resources = { Shown: shown('/shown', { Ref: 'Count' }) };

    await expect(provisionStack({ Parameters, Resources }, { Count })).rejects.toThrow(
      "Parameter 'Count' must be a number.",
    );
  });

  it('is refused by name without a value', async () => {
    const Parameters = { Owner: { Type: 'String' } };
    const Resources = { Shown: shown('/shown', { Ref: 'Owner' }) };

    await expect(provisionStack({ Parameters, Resources })).rejects.toThrow(
      'stack: ValidationError: /Parameters/Owner: Parameters: [Owner] must have values. Pass --parameter Owner=value.',
    );
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
describe('a dynamic reference', () => {
  it('is the value of a version in SSM, within a text too', async () => {
    await keep('/conf/dynamic', 'first');
    await keep('/conf/dynamic', 'second');
    const Value = '{{resolve:ssm:/conf/dynamic:1}} {{resolve:ssm:/conf/dynamic}}';

    await provisionStack({ Resources: { Shown: shown('/shown', Value) } });

    expect(await valueOf('/shown')).toBe('first second');
  });

  it('to another service is refused by name', async () => {
    const Value = '{{resolve:secretsmanager:db:SecretString:password}}';

    await expect(provisionStack({ Resources: { Shown: shown('/shown', Value) } })).rejects.toThrow(
      '/Resources/Shown/Properties/Value: {{resolve:secretsmanager:db:SecretString:password}} is not supported locally.',
    );
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-stepfunctions-statemachine-s3location.html
it('a state machine has the definition that lies in S3, with its substitutions', async () => {
  const s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'definitions' }));
  const Body = '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"${Word}","End":true}}}';
  await s3.send(new PutObjectCommand({ Bucket: 'definitions', Key: 'machine.json', Body }));
  const Role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'states.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      },
    },
  };
  const Machine = {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: 'from-s3',
      RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      DefinitionS3Location: { Bucket: 'definitions', Key: 'machine.json' },
      DefinitionSubstitutions: { Word: 'hello' },
    },
  };

  await provisionStack({ Resources: { Role, Machine } });

  const { definition } = await new SFNClient(runtime.clientConfig).send(
    new DescribeStateMachineCommand({
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:from-s3',
    }),
  );
  expect(definition).toBe(Body.replace('${Word}', 'hello'));
});

it('a bucket says which notifications have no effect', async () => {
  const { stacks } = await provisionStack({
    Resources: {
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          NotificationConfiguration: {
            QueueConfigurations: [
              { Event: 's3:ObjectCreated:*', Queue: 'arn:aws:sqs:us-east-1:000000000000:q' },
            ],
          },
        },
      },
    },
  });

  expect(stacks[0]?.notEmulated).toEqual([
    'Bucket (AWS::S3::Bucket): QueueConfigurations of NotificationConfiguration has no effect here: buckets notify through EventBridge only',
  ]);
});
