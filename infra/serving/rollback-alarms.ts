import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type AlarmBounds, findAlarmBounds, type Project } from '../../definition/index.ts';
import type { Names, ServingService } from '../../workflows/index.ts';
import {
  functionErrorIncrease,
  functionErrorPercent,
  slowestDuration,
  throttledPercent,
} from './function-metrics.ts';
import { LIVE_ALIAS } from './model-function.ts';
import { serviceErrorIncrease, serviceErrorPercent, slowestAnswer } from './service-metrics.ts';
import {
  PERIOD,
  serverErrorPercent,
  slowestMilliseconds,
  variantErrorIncrease,
} from './variant-metrics.ts';

/**
 * How long the share of errors before is remembered, and for how long the alarm stays in ALARM once the
 * share has fallen. The next promotion waits for that: `workflows/promotion/phases/await-alarms.ts`.
 */
const MINUTES_COMPARED = 10;

export interface RollbackAlarmsProps {
  readonly project: Project;
  readonly names: Names;
  /** Only where models serve in containers. */
  readonly service?: ServingService | undefined;
}

/** What the alarms look at, in the place where the models serve. */
interface Measured {
  readonly errorPercent: IMetric;
  readonly slowest: IMetric;
  readonly errorIncrease: IMetric;
}

function measureVariant({ endpoint, variant }: Names): Measured {
  return {
    errorPercent: serverErrorPercent(endpoint, variant),
    slowest: slowestMilliseconds(endpoint, variant),
    errorIncrease: variantErrorIncrease(endpoint, variant),
  };
}

/** The alias is what clients ask, whichever versions share its requests. */
function measureFunction({ servingFunction }: Names): Measured {
  return {
    errorPercent: functionErrorPercent(servingFunction, LIVE_ALIAS),
    slowest: slowestDuration(servingFunction, LIVE_ALIAS),
    errorIncrease: functionErrorIncrease(servingFunction, LIVE_ALIAS),
  };
}

/** The load balancer is what clients ask, whichever tasks share its requests. */
function measureService({ loadBalancer }: ServingService): Measured {
  return {
    errorPercent: serviceErrorPercent(loadBalancer),
    slowest: slowestAnswer(loadBalancer),
    errorIncrease: serviceErrorIncrease(loadBalancer),
  };
}

function measure({ project, names, service }: RollbackAlarmsProps): Measured {
  if (service !== undefined) return measureService(service);
  return project.serving.type === 'lambda' ? measureFunction(names) : measureVariant(names);
}

/**
 * Alarms that make SageMaker roll a new model back while it bakes. They have no actions: outside a
 * rollout, the endpoint's own alarms notify.
 */
export class RollbackAlarms extends Construct {
  readonly alarms: readonly Alarm[];
  readonly names: readonly string[];
  readonly #names: Names;

  constructor(scope: Construct, id: string, props: RollbackAlarmsProps) {
    super(scope, id);
    const { project, names } = props;
    this.#names = names;
    const { serving } = project;
    const bounds = findAlarmBounds(serving);
    const measured = measure(props);
    const alarms = bounds === undefined ? [] : this.#all(bounds, measured);
    if (serving.type === 'lambda' && serving.alarms.throttledPercent !== null) {
      alarms.push(this.#throttles(serving.alarms.throttledPercent));
    }
    this.alarms = alarms;
    this.names = [...alarms.map((alarm) => alarm.alarmName), ...(bounds?.named ?? [])];
  }

  #all(bounds: AlarmBounds, measured: Measured): Alarm[] {
    const alarms = [];
    if (bounds.errorPercent !== null) alarms.push(this.#errors(bounds.errorPercent, measured));
    if (bounds.p99LatencyMilliseconds !== null) {
      alarms.push(this.#latency(bounds.p99LatencyMilliseconds, measured));
    }
    if (bounds.wrongAnswers !== null) alarms.push(this.#wrongAnswers(bounds.wrongAnswers));
    if (bounds.errorIncreasePercent !== null) {
      alarms.push(this.#errorIncrease(bounds.errorIncreasePercent, measured));
    }
    return alarms;
  }

  #errors(percent: number, { errorPercent }: Measured): Alarm {
    return this.#createOf(
      'errors',
      'Answers with status 5xx, in percent of the requests',
      percent,
      errorPercent,
    );
  }

  #latency(milliseconds: number, { slowest }: Measured): Alarm {
    return this.#createOf(
      'latency',
      'p99 of the model latency, in milliseconds',
      milliseconds,
      slowest,
    );
  }

  #wrongAnswers(count: number): Alarm {
    const metric = new Metric({
      namespace: 'Stepmill',
      metricName: 'WrongAnswers',
      dimensionsMap: {
        service: 'smoke-test',
        Project: this.#names.project,
        Environment: this.#names.environment,
      },
      statistic: Stats.SUM,
      period: PERIOD,
    });
    return this.#createOf('wrong-answers', 'Wrong answers to known rows', count, metric);
  }

  /**
   * Every metric of an alarm has its one period, so that the time before is not an hour's average but
   * the best of the minutes that the alarm looks at: each of them is one of the version before until the
   * new one takes requests. CloudWatch may look at more minutes than it judges, which changes nothing.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
   */
  #errorIncrease(percent: number, { errorIncrease }: Measured): Alarm {
    return this.#createOf(
      'error-increase',
      'Model errors, in percentage points above the best of the minutes before',
      percent,
      errorIncrease,
      { evaluationPeriods: MINUTES_COMPARED, datapointsToAlarm: 1 },
    );
  }

  #throttles(percent: number): Alarm {
    return this.#createOf(
      'throttles',
      'Requests that Lambda throttled, in percent',
      percent,
      throttledPercent(this.#names.servingFunction, LIVE_ALIAS),
    );
  }

  #createOf(
    id: string,
    description: string,
    threshold: number,
    metric: IMetric,
    periods: Pick<AlarmProps, 'evaluationPeriods' | 'datapointsToAlarm'> = { evaluationPeriods: 1 },
  ): Alarm {
    return new Alarm(this, id, {
      // Named, because the promotion asks for them by name.
      alarmName: `${this.#names.endpoint}-rollback-${id}`,
      alarmDescription: `${description}. While a model bakes, this alarm rolls it back.`,
      metric,
      threshold,
      ...periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Without traffic, the alarm has no data about the model; the test rows create traffic.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
