import { Duration } from 'aws-cdk-lib';
import type { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface ApiAlarmsProps {
  readonly api: CfnApi;
  readonly router: IFunction;
  readonly topic: ITopic;
}

const PERIOD = Duration.minutes(5);
/** The slowest hundredth of the answers: those that ask an endpoint are within it. */
const SLOW_MILLISECONDS = 5_000;

/** Alarms of the API: answers with 5xx, slow answers, throttled functions. */
export class ApiAlarms extends Construct {
  constructor(scope: Construct, id: string, { api, router, topic }: ApiAlarmsProps) {
    super(scope, id);
    const metricOf = (metricName: string, statistic: string) =>
      new Metric({
        namespace: 'AWS/ApiGateway',
        metricName,
        dimensionsMap: { ApiId: api.ref },
        statistic,
        period: PERIOD,
      });
    const create = (name: string, alarmDescription: string, metric: IMetric, threshold: number) =>
      new Alarm(this, name, {
        alarmDescription: `Stepmill API: ${alarmDescription}`,
        metric,
        threshold,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(topic));
    create('Errors', 'answers with 5xx', metricOf('5xx', Stats.SUM), 1);
    create('Latency', 'slow answers', metricOf('Latency', Stats.p(99)), SLOW_MILLISECONDS);
    create(
      'Throttles',
      'the function was throttled',
      router.metricThrottles({ period: PERIOD }),
      1,
    );
  }
}
