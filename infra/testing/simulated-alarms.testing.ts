import type { PromotionAnswers } from '../simulation/index.ts';

/** What is wrong with a model, and the rollback alarm that notices. */
const noticedBy = {
  errors: 'abalone-rollback-errors',
  slow: 'abalone-rollback-latency',
  nonsense: 'abalone-rollback-wrong-answers',
  throttled: 'abalone-rollback-throttles',
} as const;

export type Fault = keyof typeof noticedBy;

/** Of clients' requests. */
export interface Counts {
  requests: number;
  /** The requests that a faulty model answered. */
  unlucky: number;
}

/** The rollback alarms that are in ALARM, each with its reason. */
export class SimulatedAlarms extends Map<string, string> {
  /** @returns the alarm's name */
  raise(fault: Fault): string {
    const alarm = noticedBy[fault];
    this.set(alarm, `Threshold Crossed: the model ${fault}`);
    return alarm;
  }

  /** Of DescribeAlarms. */
  describe(): object {
    const MetricAlarms = [...this].map(([AlarmName, StateReason]) => ({
      AlarmName,
      StateValue: 'ALARM',
      StateReason,
    }));
    return { MetricAlarms, CompositeAlarms: [] };
  }
}

/** The live model answers each test row. */
export const recordedAnswers: PromotionAnswers = {
  'Record live answers': () => ({
    Payload: { sent: 1, failed: 0, wrong: 0, answers: [1], findings: [] },
  }),
};

/** What the smoke test says of so many rows, of which some are wrong where a model of nonsense answers. */
export function judgeRows(sent: number, isNonsense: boolean): object {
  const findings = isNonsense ? ['row 1: answered 1000000, expected 8.3'] : [];
  return { Payload: { sent, failed: 0, wrong: findings.length, answers: [], findings } };
}
