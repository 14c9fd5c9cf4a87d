import { describe, expect, it } from 'vitest';
import { recordedBeforeAwsChanged } from './known-differences.ts';
import { judge } from './levels.ts';
import { readRecordedCases } from './recorded-case.ts';
import { replay } from './replay.ts';

const cases = readRecordedCases().filter(
  (each) => each.kind === 'execution' && each.needs.length === 0,
);

describe.skipIf(cases.length === 0)('an execution that AWS recorded', () => {
  it.each(cases)('comes out the same: $id', (recorded) => {
    const { differences, ...levels } = judge(recorded, replay(recorded));

    const known = recordedBeforeAwsChanged.has(recorded.id);
    const whole = recorded.expected.history === undefined ? undefined : true;
    expect({ ...levels, differences: known ? [] : differences }).toEqual({
      L1: true,
      L2: true,
      L3: whole,
      L4: known ? false : whole,
      differences: [],
    });
  });
});

describe.runIf(cases.length === 0)('recorded executions', () => {
  it.skip('are not compared: ../shared/conformance is not there', () => {});
});
