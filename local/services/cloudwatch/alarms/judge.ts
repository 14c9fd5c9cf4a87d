import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch';

/** What an alarm does about periods without data. */
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** One period an alarm looked at, with its value if it had one. */
export interface AlarmPoint {
  readonly time: number;
  readonly value: number | undefined;
}

export interface Criteria {
  readonly operator: ComparisonOperator;
  readonly threshold: number;
  /** N: how many periods are judged. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

/** What an alarm should be in, and why. */
export interface Judgement {
  readonly state: StateValue;
  /** The real points judged, newest first. */
  readonly judged: readonly { readonly time: number; readonly value: number }[];
  /** How many missing points were filled in. */
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
      // Anomaly detection; refused when the alarm is put.
      return false;
  }
}

/**
 * Judges the periods an alarm looked at, newest first, more than it counts: missing ones are passed over
 * while there are enough real ones, and filled in otherwise.
 *
 * @param present the state to keep where the rules say so
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

/** With breaching points only, the oldest must be M periods old: the next one may be good. */
function isOldEnough(points: readonly AlarmPoint[], datapointsToAlarm: number): boolean {
  return points.findLastIndex(({ value }) => value !== undefined) + 1 >= datapointsToAlarm;
}
