import type { PromotionAnswers } from '../simulation/index.ts';
import type { Fault } from './simulated-endpoint.testing.ts';

/** The rollback alarm that notices a fault. */
const NOTICED_BY: Readonly<Record<Fault, string>> = {
  errors: 'abalone-rollback-errors',
  slow: 'abalone-rollback-latency',
  nonsense: 'abalone-rollback-wrong-answers',
};

/** The rollback alarms that are in ALARM, each with its reason. */
export class SimulatedAlarms extends Map<string, string> {
  raise(fault: Fault): void {
    this.set(NOTICED_BY[fault], `Threshold Crossed: the model ${fault}`);
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
