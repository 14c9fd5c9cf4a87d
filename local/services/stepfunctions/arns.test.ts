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

  it.each([
    ['', 'Invalid ARN prefix: '],
    ['arn', 'Invalid ARN prefix: arn'],
    ['urn:aws:states:r:1:activity:a', 'Invalid ARN prefix: urn:aws:states:r:1:activity:a'],
    ['arn:aws:sqs:r:1:activity:a', 'Invalid ARN prefix: arn:aws:sqs:r:1:activity:a'],
    ['arn:aws:states', 'Invalid ARN prefix: arn:aws:states'],
    ['arn:aws:states:r', 'Invalid ARN prefix: arn:aws:states:r'],
    ['arn:aws:states:r:1', 'Resource type not valid in this context: '],
    ...[
      ...[
        'activity',
        'activity:',
        'activity:a:b',
        'other:a',
        'stateMachine:a:',
        'stateMachine:a:b:c',
      ],
      ...[
        'execution:a',
        'execution:a:',
        'execution:a:b:c',
        'mapRun:a',
        'mapRun:a:',
        'mapRun:a:b:c',
      ],
      ...['express:a:b', 'express:a:b:c:d'],
    ].map((rest) => [
      `arn:aws:states:r:1:${rest}`,
      `Resource type not valid in this context: ${rest.split(':')[0]}`,
    ]),
  ])('refuses %j', (arn = '', reason = '') => {
    expect(() => parseArn(arn)).toThrow(`Invalid Arn: '${reason}'`);
  });

  it('takes the ARN of an activity apart', () => {
    expect(parseArn('arn:aws:states:r:1:activity:a')).toEqual({ kind: 'activity', name: 'a' });
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
