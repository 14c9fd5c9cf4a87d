import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  pick,
  type ResourceType,
  tagMap,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
const MAX_LOG_GROUP_NAME_LENGTH = 512;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_ALARM_NAME_LENGTH = 255;

const logGroup: ResourceType = {
  properties: ['LogGroupName', 'RetentionInDays', 'LogGroupClass', 'KmsKeyId', 'Tags'],
  async apply(request) {
    const { cloud, properties } = request;
    const logGroupName = nameOf(request, 'LogGroupName', MAX_LOG_GROUP_NAME_LENGTH);
    await createOrUpdate(
      () =>
        call(request, 'logs', 'CreateLogGroup', { logGroupName, tags: tagMap(properties['Tags']) }),
      async () => undefined,
      'ResourceAlreadyExistsException',
    );
    const retentionInDays = properties['RetentionInDays'];
    if (retentionInDays !== undefined) {
      await call(request, 'logs', 'PutRetentionPolicy', { logGroupName, retentionInDays });
    }
    return {
      physicalId: logGroupName,
      attributes: { Arn: cloud.arn('logs', `log-group:${logGroupName}:*`) },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'logs', 'DeleteLogGroup', { logGroupName: request.previous?.physicalId }),
    );
  },
};

const logsResourcePolicy: ResourceType = {
  properties: ['PolicyName', 'PolicyDocument'],
  async apply(request) {
    const { PolicyName, PolicyDocument } = request.properties;
    await call(request, 'logs', 'PutResourcePolicy', {
      policyName: PolicyName,
      policyDocument: PolicyDocument,
    });
    return { physicalId: String(PolicyName), attributes: {} };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'logs', 'DeleteResourcePolicy', { policyName: request.previous?.physicalId }),
    );
  },
};

const ALARM_PROPERTIES = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Tags',
  'Threshold',
  'TreatMissingData',
  'Unit',
] as const;

const alarm: ResourceType = {
  properties: ['AlarmName', ...ALARM_PROPERTIES],
  async apply(request) {
    const AlarmName = nameOf(request, 'AlarmName', MAX_ALARM_NAME_LENGTH);
    await call(request, 'cloudwatch', 'PutMetricAlarm', {
      AlarmName,
      ...pick(request.properties, ALARM_PROPERTIES),
    });
    return {
      physicalId: AlarmName,
      attributes: { Arn: request.cloud.arn('cloudwatch', `alarm:${AlarmName}`) },
    };
  },
  remove: removeAlarm,
};

const COMPOSITE_ALARM_PROPERTIES = [
  'ActionsEnabled',
  'ActionsSuppressor',
  'ActionsSuppressorExtensionPeriod',
  'ActionsSuppressorWaitPeriod',
  'AlarmActions',
  'AlarmDescription',
  'AlarmRule',
  'InsufficientDataActions',
  'OKActions',
  'Tags',
] as const;

const compositeAlarm: ResourceType = {
  properties: ['AlarmName', ...COMPOSITE_ALARM_PROPERTIES],
  async apply(request) {
    const AlarmName = nameOf(request, 'AlarmName', MAX_ALARM_NAME_LENGTH);
    await call(request, 'cloudwatch', 'PutCompositeAlarm', {
      AlarmName,
      ...pick(request.properties, COMPOSITE_ALARM_PROPERTIES),
    });
    return {
      physicalId: AlarmName,
      attributes: { Arn: request.cloud.arn('cloudwatch', `alarm:${AlarmName}`) },
    };
  },
  remove: removeAlarm,
};

async function removeAlarm(request: Parameters<ResourceType['remove']>[0]): Promise<void> {
  await ignoreMissing(() =>
    call(request, 'cloudwatch', 'DeleteAlarms', { AlarmNames: [request.previous?.physicalId] }),
  );
}

const dashboard: ResourceType = {
  properties: ['DashboardName', 'DashboardBody'],
  async apply(request) {
    const DashboardName = nameOf(request, 'DashboardName', MAX_ALARM_NAME_LENGTH);
    const { DashboardBody } = request.properties;
    await call(request, 'cloudwatch', 'PutDashboard', { DashboardName, DashboardBody });
    return { physicalId: DashboardName, attributes: {} };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'cloudwatch', 'DeleteDashboards', {
        DashboardNames: [request.previous?.physicalId],
      }),
    );
  },
};

const parameter: ResourceType = {
  properties: ['Name', 'Type', 'Value', 'Description', 'Tier', 'AllowedPattern', 'Tags'],
  async apply(request) {
    const { properties } = request;
    const Name = nameOf(request, 'Name', 1_011);
    await call(request, 'ssm', 'PutParameter', {
      Name,
      Overwrite: true,
      ...pick(properties, ['Type', 'Value', 'Description', 'Tier', 'AllowedPattern']),
    });
    return {
      physicalId: Name,
      attributes: { Type: properties['Type'], Value: properties['Value'] },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'ssm', 'DeleteParameter', { Name: request.previous?.physicalId }),
    );
  },
};

export const operationsResourceTypes = {
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::ResourcePolicy': logsResourcePolicy,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::SSM::Parameter': parameter,
};
