import { describe, expect, it } from 'vitest';
import { serviceFactories } from '../../services/index.ts';
import { administrator } from '../../services/stepfunctions/role.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import type { Cloud } from '../cloud.ts';
import type { ServiceName } from '../service-name.ts';
import { readFacts, shapeOf } from './facts.ts';
import { textOfLength } from './samples.testing.ts';

/** The longest text that a shape of a service takes. */
function longest(service: ServiceName, name: string): string {
  for (const facts of readFacts(service)) {
    const shape = facts.shapes[name];
    if (shape?.max !== undefined) return textOfLength(shapeOf(facts, name), shape.max);
  }
  throw new Error(`${service} has no shape ${name} with a longest length`);
}

type Call = (operation: string, input: object) => Promise<unknown>;

interface RoundTrip {
  readonly what: string;
  readonly service: ServiceName;
  /** What the longest texts were, by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** Stores them, and gives back what was stored. */
  run(call: Call, texts: Readonly<Record<string, string>>): Promise<unknown>;
}

function roundTrip(
  service: ServiceName,
  what: string,
  shapes: Readonly<Record<string, string>>,
  run: RoundTrip['run'],
): RoundTrip {
  const texts = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, longest(service, shape)]),
  );
  return { what, service, texts, run };
}

const role = {
  AssumeRolePolicyDocument: JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  }),
};
const machine = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}';

const roundTrips: readonly RoundTrip[] = [
  roundTrip(
    'cloudwatch',
    'alarm',
    {
      name: 'AlarmName',
      description: 'AlarmDescription',
      namespace: 'Namespace',
      metric: 'MetricName',
    },
    async (call, { name, description, namespace, metric }) => {
      await call('PutMetricAlarm', {
        AlarmName: name,
        AlarmDescription: description,
        Namespace: namespace,
        MetricName: metric,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      });
      return call('DescribeAlarms', { AlarmNames: [name] });
    },
  ),
  roundTrip(
    'cloudwatch',
    'metric',
    {
      namespace: 'Namespace',
      metric: 'MetricName',
      name: 'DimensionName',
      value: 'DimensionValue',
    },
    async (call, { namespace, metric, name, value }) => {
      await call('PutMetricData', {
        Namespace: namespace,
        MetricData: [{ MetricName: metric, Value: 1, Dimensions: [{ Name: name, Value: value }] }],
      });
      return call('ListMetrics', { Namespace: namespace });
    },
  ),
  roundTrip(
    'eventbridge',
    'rule',
    { name: 'RuleName', description: 'RuleDescription' },
    async (call, { name, description }) => {
      await call('PutRule', {
        Name: name,
        Description: description,
        EventPattern: '{"source":["a"]}',
      });
      return call('DescribeRule', { Name: name });
    },
  ),
  roundTrip('eventbridge', 'bus', { name: 'EventBusName' }, async (call, { name }) => {
    await call('CreateEventBus', { Name: name });
    return call('DescribeEventBus', { Name: name });
  }),
  roundTrip(
    'iam',
    'role',
    {
      name: 'roleNameType',
      description: 'roleDescriptionType',
      key: 'tagKeyType',
      value: 'tagValueType',
    },
    async (call, { name, description, key, value }) => {
      await call('CreateRole', {
        RoleName: name,
        Description: description,
        Tags: [{ Key: key, Value: value }],
        ...role,
      });
      return call('GetRole', { RoleName: name });
    },
  ),
  roundTrip(
    'logs',
    'stream',
    { group: 'LogGroupName', stream: 'LogStreamName' },
    async (call, { group, stream }) => {
      await call('CreateLogGroup', { logGroupName: group });
      await call('CreateLogStream', { logGroupName: group, logStreamName: stream });
      return [
        await call('DescribeLogGroups', { logGroupNamePrefix: group }),
        await call('DescribeLogStreams', { logGroupName: group }),
      ];
    },
  ),
  roundTrip(
    'sagemaker',
    'group of model packages',
    { name: 'EntityName', description: 'EntityDescription', key: 'TagKey', value: 'TagValue' },
    async (call, { name, description, key, value }) => {
      const { ModelPackageGroupArn: ResourceArn } = (await call('CreateModelPackageGroup', {
        ModelPackageGroupName: name,
        ModelPackageGroupDescription: description,
        Tags: [{ Key: key, Value: value }],
      })) as { readonly ModelPackageGroupArn: string };
      return [
        await call('DescribeModelPackageGroup', { ModelPackageGroupName: name }),
        await call('ListTags', { ResourceArn }),
      ];
    },
  ),
  roundTrip(
    'sns',
    'tag of a topic',
    { key: 'TagKey', value: 'TagValue' },
    async (call, { key, value }) => {
      const { TopicArn: ResourceArn } = (await call('CreateTopic', {
        Name: 't',
        Tags: [{ Key: key, Value: value }],
      })) as { readonly TopicArn: string };
      return call('ListTagsForResource', { ResourceArn });
    },
  ),
  roundTrip(
    'ssm',
    'parameter',
    { description: 'ParameterDescription', key: 'TagKey', value: 'TagValue' },
    async (call, { description, key, value }) => {
      await call('PutParameter', {
        Name: '/p',
        Value: 'x',
        Type: 'String',
        Description: description,
        Tags: [{ Key: key, Value: value }],
      });
      return [
        await call('DescribeParameters', {}),
        await call('ListTagsForResource', { ResourceType: 'Parameter', ResourceId: '/p' }),
      ];
    },
  ),
  roundTrip(
    'stepfunctions',
    'machine',
    { name: 'Name', description: 'VersionDescription', key: 'TagKey', value: 'TagValue' },
    async (call, { name, description, key, value }) => {
      const { stateMachineArn: resourceArn, stateMachineVersionArn } = (await call(
        'CreateStateMachine',
        {
          name,
          definition: machine,
          roleArn: 'arn:aws:iam::000000000000:role/any',
          publish: true,
          versionDescription: description,
          tags: [{ key, value }],
        },
      )) as { readonly stateMachineArn: string; readonly stateMachineVersionArn: string };
      return [
        await call('DescribeStateMachine', { stateMachineArn: stateMachineVersionArn }),
        await call('ListTagsForResource', { resourceArn }),
      ];
    },
  ),
];

describe('the longest texts of the API models', () => {
  it.each(roundTrips)('are stored and given back: $service $what', async (trip) => {
    const cloud: Cloud = createTestCloud(serviceFactories);
    const call: Call = (operation, input) =>
      cloud.call(administrator(cloud), trip.service, operation, input);

    const given = JSON.stringify(await trip.run(call, trip.texts));

    for (const text of Object.values(trip.texts)) {
      expect(given).toContain(JSON.stringify(text).slice(1, -1));
    }
  });
});
