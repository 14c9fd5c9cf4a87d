import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import { assumeRole, type Principal } from '../../../cloud/principal.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { sageMakerInference } from '../source-arn.ts';
import { FleetFailure } from './failures.ts';

export function alarmNamesOf(config: DeploymentConfig | undefined): readonly string[] {
  const alarms = config?.AutoRollbackConfiguration?.Alarms ?? [];
  return alarms.flatMap((alarm) => (alarm.AlarmName === undefined ? [] : [alarm.AlarmName]));
}

/** Watches alarms by their state change events, and describes their states where an event may be missing. */
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

  /** Calls back when one of these alarms goes into ALARM. Returns a function that ends the watch. */
  watch(names: readonly string[], onAlarm: (alarmName: string) => void): () => void {
    const listener = (name: string) => {
      if (names.includes(name)) onAlarm(name);
    };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The alarms that do not exist. UpdateEndpoint has checked the permission of its caller. */
  async missing(names: readonly string[]): Promise<readonly string[]> {
    const states = await this.#states(names, {
      kind: 'account',
      arn: `arn:${this.#cloud.partition}:iam::${this.#cloud.accountId}:root`,
    });
    return names.filter((name) => !states.has(name));
  }

  /**
   * The alarms that are in ALARM. They are described with the execution role of the models.
   * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
   *
   * @throws FleetFailure if the role may not describe them
   */
  async inAlarm(names: readonly string[], roleArn: string): Promise<readonly string[]> {
    if (names.length === 0) return [];
    try {
      const service = sageMakerInference(this.#cloud);
      const role = await assumeRole(this.#cloud, service, roleArn, 'SageMaker');
      const states = await this.#states(names, role);
      return names.filter((name) => states.get(name) === 'ALARM');
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new FleetFailure(
        `The alarms ${names.join(', ')} of AutoRollbackConfiguration could not be described with the execution role ${roleArn}. (${error.code}: ${error.message})`,
        { cause: error },
      );
    }
  }

  async #states(
    names: readonly string[],
    principal: Principal,
  ): Promise<ReadonlyMap<string, string>> {
    if (names.length === 0) return new Map();
    const output = await this.#cloud.call<DescribeAlarmsOutput>(
      principal,
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    );
    return new Map(
      [...(output.MetricAlarms ?? []), ...(output.CompositeAlarms ?? [])].map((alarm) => [
        alarm.AlarmName ?? '',
        alarm.StateValue ?? '',
      ]),
    );
  }
}
