import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findFurtherData } from '../../test/further-data.ts';
import { recordedBeforeAwsChanged } from './known-differences.ts';
import { judge } from './levels.ts';
import type { RecordedCase } from './recorded-case.ts';
import { replay } from './replay.ts';

const file = findFurtherData('conformance/asl-cases.json');
const recordedCases: readonly RecordedCase[] =
  file === undefined ? [] : (JSON.parse(readFileSync(file, 'utf8')) as readonly RecordedCase[]);
const cases = recordedCases.filter((each) => each.kind === 'execution' && each.needs.length === 0);

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
