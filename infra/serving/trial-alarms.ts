import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { InstanceServing } from '../../definition/index.ts';
import type { Names } from '../../workflows/index.ts';
import { serverErrorPercent, slowestMilliseconds } from './variant-metrics.ts';

export interface TrialAlarmsProps {
  readonly bounds: InstanceServing['alarms'];
  readonly names: Names;
}

/** Alarms about the model on trial, with the bounds of a rollout; the trial's clock asks for them. */
export class TrialAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { bounds, names }: TrialAlarmsProps) {
    super(scope, id);
    const { endpoint, challenger } = names;
    const create = (what: string, bound: number | null, metric: IMetric, description: string) =>
      bound === null
        ? []
        : [
            new Alarm(this, what, {
              alarmName: `${endpoint}-trial-${what}`,
              alarmDescription: `${description}. While a model is on trial, this alarm withdraws it.`,
              metric,
              threshold: bound,
              evaluationPeriods: 1,
              comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
              // Without traffic there is nothing to hold against the model.
              treatMissingData: TreatMissingData.NOT_BREACHING,
            }),
          ];
    this.alarms = [
      ...create(
        'errors',
        bounds.errorPercent,
        serverErrorPercent(endpoint, challenger),
        'Answers with status 5xx, in percent of the requests',
      ),
      ...create(
        'latency',
        bounds.p99LatencyMilliseconds,
        slowestMilliseconds(endpoint, challenger),
        'p99 of the model latency, in milliseconds',
      ),
    ];
  }
}
