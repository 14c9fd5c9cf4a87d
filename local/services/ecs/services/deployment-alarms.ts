import type { DescribeAlarmsOutput, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';
import { linkedRole } from './balancers.ts';

export function alarmNamesOf({ alarms }: DeploymentConfiguration): readonly string[] {
  return alarms?.enable === true ? (alarms.alarmNames ?? []) : [];
}

/** The alarm of a state change to ALARM; undefined for any other event. */
export function alarmOf(event: ServiceEvent): string | undefined {
  if (event.source !== 'aws.cloudwatch') return undefined;
  if (event['detail-type'] !== 'CloudWatch Alarm State Change') return undefined;
  const { alarmName, state } = event.detail as { alarmName?: string; state?: { value?: string } };
  return state?.value === 'ALARM' ? alarmName : undefined;
}

/** The alarms that are in ALARM now. */
export async function alarmsInAlarm(
  cloud: Cloud,
  names: readonly string[],
): Promise<readonly string[]> {
  const { CompositeAlarms = [], MetricAlarms = [] } = await describe(cloud, names);
  return [...MetricAlarms, ...CompositeAlarms].flatMap(({ AlarmName, StateValue }) =>
    StateValue === 'ALARM' && AlarmName !== undefined ? [AlarmName] : [],
  );
}

/** The names that no alarm has. */
export async function missingAlarms(
  cloud: Cloud,
  names: readonly string[],
): Promise<readonly string[]> {
  const { CompositeAlarms = [], MetricAlarms = [] } = await describe(cloud, names);
  const known = new Set([...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName));
  return names.filter((name) => !known.has(name));
}

/**
 * How long the alarms are watched after the last task of a rolling deployment is healthy: as long as an alarm needs to notice.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export async function alarmBakeMs(cloud: Cloud, names: readonly string[]): Promise<number> {
  const { MetricAlarms = [] } = await describe(cloud, names);
  return Math.max(0, ...MetricAlarms.map(windowMs));
}

const DEFAULT_PERIOD_SECONDS = 60;

function windowMs({ EvaluationPeriods = 1, Period = DEFAULT_PERIOD_SECONDS }: MetricAlarm): number {
  return EvaluationPeriods * Period * 1_000;
}

function describe(cloud: Cloud, names: readonly string[]): Promise<DescribeAlarmsOutput> {
  if (names.length === 0) return Promise.resolve({});
  return cloud.call<DescribeAlarmsOutput>(linkedRole(cloud), 'cloudwatch', 'DescribeAlarms', {
    AlarmNames: [...names],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
}
