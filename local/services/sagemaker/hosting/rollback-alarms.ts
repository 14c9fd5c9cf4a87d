import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud.ts';
import type { AccountPrincipal } from '../../../principal.ts';
import type { ServiceEvent } from '../../../service.ts';

export function alarmNamesOf(config: DeploymentConfig | undefined): readonly string[] {
  const alarms = config?.AutoRollbackConfiguration?.Alarms ?? [];
  return alarms.flatMap((alarm) => (alarm.AlarmName === undefined ? [] : [alarm.AlarmName]));
}

/** Which alarms there are, and which of them ring. */
export interface AlarmStates {
  readonly missing: readonly string[];
  readonly ringing: readonly string[];
}

/** Hears of alarms by their state-change events, and asks for their states where no event may have come. */
export class RollbackAlarms {
  readonly #cloud: Cloud;
  readonly #listeners = new Set<(alarmName: string) => void>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  onEvent(event: ServiceEvent): void {
    if (event.source !== 'aws.cloudwatch') return;
    if (event['detail-type'] !== 'CloudWatch Alarm State Change') return;
    const detail = event.detail as { alarmName?: string; state?: { value?: string } };
    if (detail.state?.value !== 'ALARM' || detail.alarmName === undefined) return;
    for (const listener of this.#listeners) listener(detail.alarmName);
  }

  /** Calls back at the first of these alarms that goes off; returns what ends the watch. */
  watch(names: readonly string[], onAlarm: (alarmName: string) => void): () => void {
    const listener = (name: string) => {
      if (names.includes(name)) onAlarm(name);
    };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The caller's permission was checked by UpdateEndpoint; SageMaker goes on in its own right. */
  async states(names: readonly string[]): Promise<AlarmStates> {
    if (names.length === 0) return { missing: [], ringing: [] };
    const owner: AccountPrincipal = {
      kind: 'account',
      arn: `arn:${this.#cloud.partition}:iam::${this.#cloud.accountId}:root`,
    };
    const output = await this.#cloud.call<DescribeAlarmsOutput>(
      owner,
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    );
    const found = new Map(
      [...(output.MetricAlarms ?? []), ...(output.CompositeAlarms ?? [])].map((alarm) => [
        alarm.AlarmName,
        alarm.StateValue,
      ]),
    );
    return {
      missing: names.filter((name) => !found.has(name)),
      ringing: names.filter((name) => found.get(name) === 'ALARM'),
    };
  }
}
