import { describe, expect, it } from 'vitest';
import { executionArn, expressExecutionArn, mapRunArn, parseArn, parseArnOf } from './arns.ts';

const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:train';

describe('parseArn', () => {
  it.each([
    [machine, { kind: 'stateMachine', machineArn: machine, name: 'train' }],
    [`${machine}:2`, { kind: 'version', machineArn: machine, name: 'train', version: 2 }],
    [`${machine}:live`, { kind: 'alias', machineArn: machine, name: 'train', alias: 'live' }],
    [executionArn(machine, 'run-1'), { kind: 'execution', machineArn: machine, name: 'run-1' }],
    [
      expressExecutionArn(machine, 'run-1', 'id'),
      { kind: 'express', machineArn: machine, name: 'run-1' },
    ],
    [
      mapRunArn(machine, 'Label', 'id'),
      { kind: 'mapRun', machineArn: `${machine}/Label`, name: 'id' },
    ],
  ])('takes %s apart', (arn, parsed) => {
    expect(parseArn(arn)).toEqual(parsed);
  });

  it('refuses an invalid ARN, and the ARN of another kind of resource', () => {
    expect(() => parseArn('not_a_valid_arn')).toThrow(
      "Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'",
    );
    expect(() => parseArnOf(expressExecutionArn(machine, 'a', 'b'), 'execution')).toThrow(
      "Invalid Arn: 'Resource type not valid in this context: express'",
    );
  });
});
