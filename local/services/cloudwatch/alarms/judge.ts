import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch';

/** The treatment of periods without data. */
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** One period of an alarm, with its value if it has one. */
export interface AlarmPoint {
  readonly time: number;
  readonly value: number | undefined;
}

export interface Criteria {
  readonly operator: ComparisonOperator;
  readonly threshold: number;
  /** N: the number of evaluated periods. */
  readonly evaluationPeriods: number;
  /** M: the number of periods that must breach. */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

/** The state that an alarm should have, and its reason. */
export interface Judgement {
  readonly state: StateValue;
  /** The evaluated points that have data, newest first. */
  readonly judged: readonly { readonly time: number; readonly value: number }[];
  /** The number of missing points that were filled in. */
  readonly filled: number;
}

export function breaches(value: number, { operator, threshold }: Criteria): boolean {
  switch (operator) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    case 'GreaterThanUpperThreshold':
    case 'LessThanLowerOrGreaterThanUpperThreshold':
    case 'LessThanLowerThreshold':
      // Anomaly detection, which PutMetricAlarm rejects.
      return false;
  }
}

/**
 * Evaluates the periods of an alarm, newest first. There are more than it evaluates: missing ones are skipped
 * if there are enough with data, and filled in otherwise.
 *
 * @param present the current state, which missing data may keep
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
 */
export function judge(
  points: readonly AlarmPoint[],
  criteria: Criteria,
  present: StateValue,
): Judgement {
  const { evaluationPeriods: n, datapointsToAlarm: m, missingData } = criteria;
  const real = points.filter(
    (point): point is { readonly time: number; readonly value: number } =>
      point.value !== undefined,
  );
  const judged = real.slice(0, n);
  const filled = Math.max(0, n - judged.length);
  const breaching = judged.filter(({ value }) => breaches(value, criteria)).length;
  const answer = (state: StateValue): Judgement => ({ state, judged, filled });
  if (breaching >= m) return answer('ALARM');
  if (filled === 0) return answer('OK');
  switch (missingData) {
    case 'breaching':
      return answer(breaching + filled >= m ? 'ALARM' : 'OK');
    case 'notBreaching':
      return answer('OK');
    case 'ignore':
      return answer(breaching === judged.length ? present : 'OK');
    case 'missing':
      if (judged.length === 0) return answer('INSUFFICIENT_DATA');
      if (breaching < judged.length) return answer('OK');
      return answer(isOldEnough(points, m) ? 'ALARM' : present);
  }
}

/** If all points breach, the oldest must be M periods old: the next one may not breach. */
function isOldEnough(points: readonly AlarmPoint[], datapointsToAlarm: number): boolean {
  return points.findLastIndex(({ value }) => value !== undefined) + 1 >= datapointsToAlarm;
}
