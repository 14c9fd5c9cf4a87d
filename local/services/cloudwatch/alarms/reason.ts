import type {
  ComparisonOperator,
  PutMetricAlarmInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { periodOf } from './alarm-store.ts';
import type { Criteria, Judgement } from './judge.ts';
import { breaches } from './judge.ts';

const RELATIONS: Readonly<Partial<Record<ComparisonOperator, string>>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

const FILLED_AS = { breaching: 'Breaching', notBreaching: 'NonBreaching' } as const;

/** The reason of a state, in AWS's words. */
export function describeReason(
  judgement: Judgement,
  criteria: Criteria,
  former: StateValue,
): string {
  const { state, judged, filled } = judgement;
  const { evaluationPeriods: n, datapointsToAlarm: m, missingData } = criteria;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${count(n, 'datapoint')} ${n === 1 ? 'was' : 'were'} unknown.`;
  }
  const treated =
    filled > 0 && (missingData === 'breaching' || missingData === 'notBreaching')
      ? `${count(filled, 'missing datapoint')} ${filled === 1 ? 'was' : 'were'} treated as [${FILLED_AS[missingData]}]`
      : undefined;
  if (judged.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${count(n, 'period')} and ${treated}.`;
  }
  const isAlarm = state === 'ALARM';
  const telling = judged.filter(({ value }) => breaches(value, criteria) === isAlarm).length;
  const relation = RELATIONS[criteria.operator] ?? '';
  const minimum = isAlarm ? m : n - m + 1;
  // AWS names the usual transition, independent of the former state.
  const transition = isAlarm
    ? `${former === 'INSUFFICIENT_DATA' ? 'OK' : former} -> ALARM`
    : 'ALARM -> OK';
  const values = judged.map(({ time, value }) => `${decimal(value)} (${shortDate(time)})`);
  const what = `${telling} out of the last ${judged.length} datapoints [${values.join(', ')}]`;
  const verb = `${telling === 1 ? 'was' : 'were'}${isAlarm ? '' : ' not'} ${relation}`;
  const also = treated === undefined ? '' : ` and ${treated}`;
  return `Threshold Crossed: ${what} ${verb} the threshold (${decimal(criteria.threshold)})${also} (minimum ${count(minimum, 'datapoint')} for ${transition} transition).`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Java renders whole numbers with a decimal. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function shortDate(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${clock.slice(0, 8)}`;
}

/** Times with milliseconds and an offset without a colon. */
export function alarmTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '+0000');
}

/** The reason as data. */
export function reasonData(
  judgement: Judgement,
  settings: PutMetricAlarmInput,
  now: number,
): string {
  const { judged } = judgement;
  const statistic = settings.ExtendedStatistic ?? settings.Statistic;
  const oldest = judged.at(-1)?.time;
  return JSON.stringify({
    version: '1.0',
    queryDate: alarmTime(now),
    ...(oldest !== undefined && { startDate: alarmTime(oldest) }),
    ...(statistic !== undefined && { statistic }),
    ...(settings.Unit !== undefined && { unit: settings.Unit }),
    period: periodOf(settings),
    recentDatapoints: judged.map(({ value }) => value).reverse(),
    threshold: settings.Threshold ?? 0,
    evaluatedDatapoints: judged.map(({ time, value }) => ({
      timestamp: alarmTime(time),
      value,
    })),
  });
}
