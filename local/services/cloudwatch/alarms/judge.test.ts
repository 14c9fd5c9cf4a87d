import { describe, expect, it } from 'vitest';
import { type Criteria, judge, type MissingData } from './judge.ts';
import { describeReason } from './reason.ts';

/** `X` is breaching, `0` is not, `-` is missing; the newest is last, as in AWS's tables. */
function points(text: string) {
  return text
    .replaceAll(' ', '')
    .split('')
    .reverse()
    .map((sign, age) => ({
      time: Date.UTC(2026, 10, 20, 10, 14) - age * 60_000,
      value: sign === '-' ? undefined : sign === 'X' ? 3 : 0,
    }));
}

function criteria(m: number, n: number, missingData: MissingData): Criteria {
  return {
    operator: 'GreaterThanOrEqualToThreshold',
    threshold: 1,
    evaluationPeriods: n,
    datapointsToAlarm: m,
    missingData,
  };
}

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const KEPT = 'kept';

describe('an alarm with missing data', () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
  it.each([
    ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', 3, ['INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK']],
    ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', 3, ['ALARM', KEPT, 'ALARM', 'OK']],
    ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', 2, ['ALARM', KEPT, 'ALARM', 'OK']],
    ['- - - - X', 3, [KEPT, KEPT, 'ALARM', 'OK']],
  ])('of %s, %d of 3, is in AWS’s states', (text, m, expected) => {
    for (const present of ['OK', 'ALARM'] as const) {
      const states = TREATMENTS.map(
        (missingData) => judge(points(text), criteria(m, 3, missingData), present).state,
      );

      expect(states).toEqual(expected.map((state) => (state === KEPT ? present : state)));
    }
  });
});

describe('the reason of a state', () => {
  it.each([
    [
      'X',
      criteria(1, 1, 'missing'),
      'OK',
      'Threshold Crossed: 1 out of the last 1 datapoints [3.0 (20/11/26 10:14:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      'X0X',
      criteria(2, 3, 'missing'),
      'OK',
      'Threshold Crossed: 2 out of the last 3 datapoints [3.0 (20/11/26 10:14:00), 0.0 (20/11/26 10:13:00), 3.0 (20/11/26 10:12:00)] were greater than or equal to the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition).',
    ],
    [
      '0',
      criteria(1, 1, 'missing'),
      'ALARM',
      'Threshold Crossed: 1 out of the last 1 datapoints [0.0 (20/11/26 10:14:00)] was not greater than or equal to the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).',
    ],
    [
      '-',
      criteria(1, 1, 'notBreaching'),
      'ALARM',
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    ['-', criteria(1, 1, 'missing'), 'OK', 'Insufficient Data: 1 datapoint was unknown.'],
  ] as const)('for %s is AWS’s sentence', (text, rules, former, reason) => {
    expect(describeReason(judge(points(text), rules, former), rules, former)).toBe(reason);
  });
});
