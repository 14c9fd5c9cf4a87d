import type {
  CloudWatch,
  MetricDatum,
  PutMetricDataInput,
  StatisticSet,
} from '@aws-sdk/client-cloudwatch';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import {
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  MissingRequiredParameterException,
  Unsupported,
} from '../errors.ts';
import {
  DATA_PER_PUT,
  DIMENSIONS_PER_METRIC,
  LARGEST_VALUE,
  NEWEST_DATUM_MS,
  OLDEST_DATUM_MS,
  VALUES_PER_DATUM,
} from '../limits.ts';
import type { CloudWatchState } from '../state.ts';
import { dimensionRecord } from './metric-key.ts';
import { type Point, pointOf, pointOfMany } from './point.ts';

/** PutMetricData, for the metrics of applications. */
export const putMetricDataOperations: OperationTable<CloudWatch, CloudWatchState> = {
  PutMetricData: {
    permissions: (input: PutMetricDataInput) => ({
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': input.Namespace ?? '' },
    }),
    run(input: Checked<PutMetricDataInput>, { cloud, metrics }): object {
      checkRequest(input);
      const data = input.MetricData ?? [];
      const now = cloud.clock.now();
      const read = data.map((datum, index) => {
        checkTime(datum, index + 1, now);
        return { datum, point: readDatum(datum, index + 1) };
      });
      for (const { datum, point } of read) {
        const metric = {
          namespace: input.Namespace,
          name: datum.MetricName ?? '',
          dimensions: dimensionRecord(datum.Dimensions),
        };
        metrics.add(metric, datum.Timestamp?.getTime() ?? now, point);
      }
      return {};
    },
  },
};

function checkRequest(input: Checked<PutMetricDataInput>): void {
  const { Namespace: namespace, MetricData: data = [], EntityMetricData: entities = [] } = input;
  if (namespace.startsWith('AWS/')) {
    throw new InvalidParameterValueException('The value AWS/ for parameter Namespace is invalid.');
  }
  if (entities.length > 0) throw new Unsupported('metrics with entities');
  if (data.length === 0) throw new MissingRequiredParameterException('MetricData');
  if (data.length > DATA_PER_PUT) {
    throw new InvalidParameterValueException(
      `The collection MetricData must not have a size greater than ${DATA_PER_PUT}.`,
    );
  }
}

function checkTime({ Timestamp: timestamp }: MetricDatum, position: number, now: number): void {
  if (timestamp === undefined) return;
  const parameter = `MetricData.member.${position}.Timestamp`;
  if (timestamp.getTime() < now - OLDEST_DATUM_MS) {
    throw new InvalidParameterValueException(
      `The parameter ${parameter} must specify a time within the past two weeks.`,
    );
  }
  if (timestamp.getTime() > now + NEWEST_DATUM_MS) {
    throw new InvalidParameterValueException(
      `The parameter ${parameter} must specify a time no more than two hours in the future.`,
    );
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MINUTE_RESOLUTION = 60;
const STORAGE_RESOLUTIONS: ReadonlySet<number> = new Set([1, MINUTE_RESOLUTION]);

function readDatum(datum: MetricDatum, position: number): Point {
  const at = `MetricData.member.${position}`;
  if ((datum.Dimensions?.length ?? 0) > DIMENSIONS_PER_METRIC) {
    throw new InvalidParameterValueException(
      `The collection ${at}.Dimensions must not have a size greater than ${DIMENSIONS_PER_METRIC}.`,
    );
  }
  const resolution = datum.StorageResolution ?? MINUTE_RESOLUTION;
  if (!STORAGE_RESOLUTIONS.has(resolution))
    throw invalidValue(`${at}.StorageResolution`, resolution);
  const [way, other] = (['Value', 'Values', 'StatisticValues'] as const).filter(
    (member) => datum[member] !== undefined,
  );
  if (way === undefined) {
    throw new MissingRequiredParameterException(`${at}.Value`);
  }
  if (other !== undefined) {
    throw new InvalidParameterCombinationException(
      `The parameters ${at}.${way} and ${at}.${other} are mutually exclusive and you have specified both.`,
    );
  }
  return pointFrom(datum, at);
}

function pointFrom(datum: MetricDatum, at: string): Point {
  const unit = datum.Unit ?? 'None';
  if (datum.StatisticValues !== undefined) {
    return pointOfStatistics(datum.StatisticValues, `${at}.StatisticValues`, unit);
  }
  if (datum.Value !== undefined) {
    checkNumber(datum.Value, `${at}.Value`);
    return pointOf(datum.Value, 1, unit);
  }
  const values = datum.Values ?? [];
  const counts = datum.Counts ?? values.map(() => 1);
  checkSizes(values, counts, at);
  for (const [index, value] of values.entries()) {
    checkNumber(value, `${at}.Values.member.${index + 1}`);
  }
  for (const [index, count] of counts.entries()) {
    checkCount(count, `${at}.Counts.member.${index + 1}`);
  }
  return pointOfMany(values, counts, unit);
}

function checkSizes(values: readonly number[], counts: readonly number[], at: string): void {
  if (values.length === 0) throw new MissingRequiredParameterException(`${at}.Values`);
  if (values.length > VALUES_PER_DATUM) {
    throw new InvalidParameterValueException(
      `The collection ${at}.Values must not have a size greater than ${VALUES_PER_DATUM}.`,
    );
  }
  if (counts.length !== values.length) {
    throw new InvalidParameterValueException(
      `The parameters ${at}.Values and ${at}.Counts must be of the same size.`,
    );
  }
}

function pointOfStatistics(statistics: StatisticSet, at: string, unit: string): Point {
  const { Sum = 0, SampleCount = 0, Minimum = 0, Maximum = 0 } = statistics;
  for (const [name, value] of Object.entries({ Sum, Minimum, Maximum })) {
    checkNumber(value, `${at}.${name}`);
  }
  checkCount(SampleCount, `${at}.SampleCount`);
  if (Minimum > Maximum) {
    throw new InvalidParameterValueException(
      `The parameter ${at}.Maximum must be greater than ${at}.Minimum.`,
    );
  }
  return { sum: Sum, count: SampleCount, minimum: Minimum, maximum: Maximum, unit };
}

function checkNumber(value: number, parameter: string): void {
  if (Math.abs(value) <= LARGEST_VALUE) return;
  throw invalidValue(parameter, value);
}

function checkCount(value: number, parameter: string): void {
  if (value > 0 && value <= LARGEST_VALUE) return;
  throw invalidValue(parameter, value);
}

function invalidValue(parameter: string, value: number): InvalidParameterValueException {
  return new InvalidParameterValueException(
    `The value ${value} for parameter ${parameter} is invalid.`,
  );
}
