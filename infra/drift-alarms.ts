import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Names } from '../workflows/index.ts';

export interface DriftAlarmsProps {
  readonly names: Names;
}

/**
 * Alarms about what the live model is asked and answers. The workflow counts the windows, because CloudWatch
 * looks back at most a week, and a window may be longer; it notifies the topic, too, with the columns.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export class DriftAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { names }: DriftAlarmsProps) {
    super(scope, id);
    const create = (kind: 'drift' | 'quality', metricName: string, what: string) =>
      new Alarm(this, kind, {
        alarmName: `${names.qualified}-${kind}`,
        alarmDescription: `${names.qualified}: ${what}. See docs/monitoring.md.`,
        metric: new Metric({
          namespace: 'Stepmill',
          metricName,
          dimensionsMap: {
            service: 'observer',
            Project: names.project,
            Environment: names.environment,
          },
          statistic: Stats.MAXIMUM,
          period: Duration.minutes(1),
        }),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // Between two windows nothing has changed.
        treatMissingData: TreatMissingData.IGNORE,
      });
    this.alarms = [
      create(
        'drift',
        'DriftAlarm',
        'requests or answers have drifted in several of the last windows',
      ),
      create(
        'quality',
        'QualityAlarm',
        'measured quality was below the gate in several of the last windows',
      ),
    ];
  }
}
