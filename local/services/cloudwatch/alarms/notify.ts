import type { Cloud } from '../../../cloud/cloud.ts';
import type { ServicePrincipal } from '../../../cloud/principal.ts';
import { dimensionRecord } from '../metrics/metric-key.ts';
import type { AlarmRecord, AlarmState, AlarmStore, MetricAlarmRecord } from './alarm-store.ts';
import { queriesOf } from './alarm-store.ts';
import { alarmTime } from './reason.ts';

/** Publishes the state change, and carries out the actions of the new state. */
export function announce(
  cloud: Cloud,
  store: AlarmStore,
  alarm: AlarmRecord,
  former: AlarmState,
): void {
  cloud.publish({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      state: stateDetail(alarm.state),
      previousState: stateDetail(former),
      configuration: configurationDetail(alarm),
    },
  });
  if (!alarm.actionsEnabled) return;
  const { settings, state } = alarm;
  const actions = {
    ALARM: settings.AlarmActions,
    OK: settings.OKActions,
    INSUFFICIENT_DATA: settings.InsufficientDataActions,
  }[state.value];
  for (const action of actions ?? []) void act(cloud, store, alarm, former, action);
}

function stateDetail(state: AlarmState): object {
  return {
    value: state.value,
    reason: state.reason,
    ...(state.reasonData !== undefined && { reasonData: state.reasonData }),
    timestamp: alarmTime(state.transitionedAt),
  };
}

/** The configuration of an alarm as events contain it. */
export function configurationDetail(alarm: AlarmRecord): object {
  const description = alarm.settings.AlarmDescription;
  if (alarm.kind === 'composite') {
    const { settings } = alarm;
    return {
      alarmRule: settings.AlarmRule,
      ...(description !== undefined && { description }),
      ...(settings.ActionsSuppressor !== undefined && {
        actionsSuppressor: settings.ActionsSuppressor,
        actionsSuppressorWaitPeriod: settings.ActionsSuppressorWaitPeriod,
        actionsSuppressorExtensionPeriod: settings.ActionsSuppressorExtensionPeriod,
      }),
    };
  }
  return { ...(description !== undefined && { description }), metrics: metricsDetail(alarm) };
}

function metricsDetail({ settings }: MetricAlarmRecord): readonly object[] {
  const { queries, judged } = queriesOf(settings);
  return queries.map(({ Id, MetricStat, Expression, Label }) => ({
    id: Id,
    ...(MetricStat !== undefined && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric?.Namespace,
          name: MetricStat.Metric?.MetricName,
          dimensions: dimensionRecord(MetricStat.Metric?.Dimensions),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    }),
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    returnData: Id === judged,
  }));
}

async function act(
  cloud: Cloud,
  store: AlarmStore,
  alarm: AlarmRecord,
  former: AlarmState,
  action: string,
): Promise<void> {
  const { summary, problem } = await tryAction(cloud, alarm, former, action);
  store.addHistory({
    alarmName: alarm.name,
    kind: alarm.kind,
    at: cloud.clock.now(),
    type: 'Action',
    summary,
    data: JSON.stringify({
      actionState: problem === undefined ? 'Succeeded' : 'Failed',
      stateUpdateTimestamp: alarm.state.transitionedAt,
      notificationResource: action,
      error: problem ?? null,
    }),
  });
}

async function tryAction(
  cloud: Cloud,
  alarm: AlarmRecord,
  former: AlarmState,
  action: string,
): Promise<{ readonly summary: string; readonly problem?: string }> {
  try {
    await perform(cloud, alarm, former, action);
    return { summary: `Successfully executed action ${action}` };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    cloud.logger.warn({ alarm: alarm.arn, action, problem }, 'an action of an alarm was not done');
    return { summary: `Failed to execute action ${action}. Received error: "${problem}"`, problem };
  }
}

async function perform(
  cloud: Cloud,
  alarm: AlarmRecord,
  former: AlarmState,
  action: string,
): Promise<void> {
  const service = action.split(':')[2];
  if (service === 'sns') {
    await cloud.handOn(actor('cloudwatch.amazonaws.com', alarm), 'sns', 'Publish', {
      TopicArn: action,
      Subject: subjectOf(alarm),
      Message: JSON.stringify(notification(cloud, alarm, former)),
    });
  } else if (service === 'lambda') {
    await cloud.handOn(actor('lambda.alarms.cloudwatch.amazonaws.com', alarm), 'lambda', 'Invoke', {
      FunctionName: action,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(functionEvent(cloud, alarm, former))),
    });
  } else if (service !== 'autoscaling') {
    throw new Error(`stepmill cannot perform the alarm action ${action}`);
  }
  // Application Auto Scaling reacts to the event.
}

function actor(service: string, alarm: AlarmRecord): ServicePrincipal {
  return { kind: 'service', service, sourceArn: alarm.arn };
}

const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
  'eu-central-1': 'EU (Frankfurt)',
};

function subjectOf(alarm: AlarmRecord): string {
  const region = alarm.arn.split(':')[3] ?? '';
  return `${alarm.state.value}: "${alarm.name}" in ${REGION_NAMES[region] ?? region}`.slice(0, 100);
}

/** The message for SNS topics. */
function notification(cloud: Cloud, alarm: AlarmRecord, former: AlarmState): object {
  const { settings, state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmDescription: settings.AlarmDescription ?? null,
    AWSAccountId: cloud.accountId,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configuredAt),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: alarmTime(state.transitionedAt),
    Region: REGION_NAMES[cloud.region] ?? cloud.region,
    AlarmArn: alarm.arn,
    OldStateValue: former.value,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    ...(alarm.kind === 'composite'
      ? { AlarmRule: alarm.settings.AlarmRule }
      : { Trigger: triggerOf(alarm) }),
  };
}

function triggerOf({ settings }: MetricAlarmRecord): object {
  const common = {
    EvaluationPeriods: settings.EvaluationPeriods,
    DatapointsToAlarm: settings.DatapointsToAlarm ?? settings.EvaluationPeriods,
    ComparisonOperator: settings.ComparisonOperator,
    Threshold: settings.Threshold,
    TreatMissingData: settings.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile ?? '',
  };
  if (settings.Metrics !== undefined && settings.Metrics.length > 0) {
    return { ...common, Metrics: settings.Metrics };
  }
  return {
    MetricName: settings.MetricName,
    Namespace: settings.Namespace,
    StatisticType: settings.ExtendedStatistic === undefined ? 'Statistic' : 'ExtendedStatistic',
    Statistic: (settings.ExtendedStatistic ?? settings.Statistic ?? '').toUpperCase(),
    Unit: settings.Unit ?? null,
    Dimensions: (settings.Dimensions ?? []).map(({ Name, Value }) => ({
      value: Value,
      name: Name,
    })),
    Period: settings.Period,
    ...common,
  };
}

/** The payload for Lambda functions. */
function functionEvent(cloud: Cloud, alarm: AlarmRecord, former: AlarmState): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: cloud.accountId,
    time: alarmTime(cloud.clock.now()),
    region: cloud.region,
    alarmData: {
      alarmName: alarm.name,
      state: stateDetail(alarm.state),
      previousState: stateDetail(former),
      configuration: configurationDetail(alarm),
    },
  };
}
