import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, it } from 'vitest';
import { abalone } from '../../projects/abalone/project.ts';
import { createStack, sharedStack } from '../testing/project-stack.testing.ts';

let template: Template;

beforeAll(() => {
  template = Template.fromStack(sharedStack().stack);
}, 120_000);

interface Resource {
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly UpdateReplacePolicy?: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

const find = (from: Template, type: string) =>
  Object.entries(from.findResources(type) as Record<string, Resource>);

const ALIAS = 'AWS::StepFunctions::StateMachineAlias';
const VERSION = 'AWS::StepFunctions::StateMachineVersion';

it('publishes a version of each changed definition, of which an update keeps the former ones', () => {
  const machines = find(template, 'AWS::StepFunctions::StateMachine').map(([id]) => id);

  const versions = find(template, VERSION).map(([, version]) => version);

  expect(versions).toEqual(
    machines.map((id) =>
      expect.objectContaining({
        Properties: {
          StateMachineArn: { Ref: id },
          StateMachineRevisionId: { 'Fn::GetAtt': [id, 'StateMachineRevisionId'] },
        },
        UpdateReplacePolicy: 'Retain',
        DeletionPolicy: 'Delete',
      }),
    ),
  );
});

it('moves the alias of each workflow to the new version at once', () => {
  const preferences = find(template, ALIAS).map(([, { Properties }]) => Properties);

  expect(preferences).toEqual(
    find(template, VERSION).map(([id]) =>
      expect.objectContaining({
        Name: 'live',
        DeploymentPreference: { StateMachineVersionArn: { Ref: id }, Type: 'ALL_AT_ONCE' },
      }),
    ),
  );
});

it('lets rules start aliases, and nothing but these', () => {
  const aliases = find(template, ALIAS).map(([id]) => id);
  const targets = find(template, 'AWS::Events::Rule').flatMap(
    ([, { Properties }]) => Properties['Targets'] as readonly { readonly Arn: object }[],
  );

  expect(targets.flatMap(({ Arn }) => ('Ref' in Arn ? [Arn.Ref] : []))).toEqual(
    expect.arrayContaining(aliases),
  );
  expect(targets.filter(({ Arn }) => 'Ref' in Arn)).toHaveLength(aliases.length);
  template.resourcePropertiesCountIs(
    'AWS::IAM::Policy',
    {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'states:StartExecution',
            Condition: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } },
          }),
        ]),
      },
    },
    aliases.length,
  );
});

it('names the alias to clients, once it is there', () => {
  const aliases = find(template, ALIAS).map(([id]) => id);

  const [[, parameter] = ['', undefined]] = find(template, 'AWS::SSM::Parameter');

  expect(JSON.stringify(parameter?.Properties['Value'])).toContain(
    String.raw`\"workflowAlias\":\"live\"`,
  );
  expect(parameter?.DependsOn).toEqual(expect.arrayContaining(aliases));
});

it('deletes the oldest versions with each deployment that makes one, once aliases have moved', () => {
  const aliases = find(template, ALIAS).map(([id]) => id);

  const [[, pruning] = ['', undefined]] = find(template, 'Custom::StepmillVersions');

  expect(pruning?.Properties).toMatchObject({
    Keep: 20,
    Versions: find(template, VERSION).map(([id]) => ({ Ref: id })),
  });
  expect(pruning?.DependsOn).toEqual(expect.arrayContaining(aliases));
});

it('shifts executions step by step where the deployment says so, and judges the new version alone', () => {
  const rollout = { type: 'canary', percent: 10, minutes: 30 };
  const shifted = Template.fromStack(
    createStack(abalone, { workflowRollout: JSON.stringify(rollout) }).stack,
  );

  const [[, { Properties }] = ['', { Properties: {} }]] = find(shifted, ALIAS);
  const { Alarms: alarms, ...preference } = Properties['DeploymentPreference'] as {
    readonly Alarms: readonly { readonly Ref: string }[];
    readonly StateMachineVersionArn: { readonly Ref: string };
  };
  const version = preference.StateMachineVersionArn.Ref;

  expect(preference).toMatchObject({ Type: 'CANARY', Percentage: 10, Interval: 30 });
  expect(
    alarms.map(({ Ref: id }) => {
      const { MetricName, Dimensions, AlarmName } =
        shifted.findResources('AWS::CloudWatch::Alarm')[id]?.['Properties'] ?? {};
      return [MetricName, AlarmName, Dimensions];
    }),
  ).toEqual(
    ['ExecutionsFailed', 'ExecutionsTimedOut'].map((metric) => [
      metric,
      // https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-stepfunctions/blob/3df87f8/statemachinealias/src/main/java/com/amazonaws/stepfunctions/cloudformation/statemachinealias/UpdateHandler.java
      {
        'Fn::Join': [
          '-',
          [
            { 'Fn::GetAtt': [expect.any(String) as unknown, 'Name'] },
            { 'Fn::Select': [7, { 'Fn::Split': [':', { Ref: version }] }] },
            metric,
          ],
        ],
      },
      [
        { Name: 'StateMachineArn', Value: { Ref: expect.any(String) as unknown } },
        {
          Name: 'Version',
          Value: { 'Fn::Select': [7, { 'Fn::Split': [':', { Ref: version }] }] },
        },
      ],
    ]),
  );
});

it.each([
  '{"type":"canary","percent":0,"minutes":5}',
  '{"type":"linear","percent":1,"minutes":1}',
  'canary',
])('refuses a rollout of %s', (workflowRollout) => {
  expect(() => createStack(abalone, { workflowRollout })).toThrow(
    /-c workflowRollout: must be all-at-once, or as JSON/,
  );
});
