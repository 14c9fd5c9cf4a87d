import { expect, it } from 'vitest';
import type { HistoryEvent } from '../history/event.ts';
import type { Host } from '../host.ts';
import { parse, resume, run } from '../index.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const identity = {
  executionArn: 'arn:aws:states:us-east-1:111111111111:execution:machine:run',
  executionName: 'run',
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine',
  stateMachineName: 'machine',
  roleArn: 'arn:aws:iam::111111111111:role/any',
};

const DEFINITION = {
  QueryLanguage: 'JSONata',
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f', attempt: '{% $states.context.State.RetryCount %}' },
      Retry: [
        { ErrorEquals: ['A'], MaxAttempts: 2 },
        { ErrorEquals: ['B'], MaxAttempts: 2 },
      ],
      End: true,
    },
  },
};

// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html: State.RetryCount
it('counts the retries of all Retriers, also when the execution is resumed between two', () => {
  const { machine } = parse(JSON.stringify(DEFINITION));
  if (machine === undefined) throw new Error('The definition is wrong.');
  const errors = ['A', 'B', 'A', 'B'];
  const attempts: unknown[] = [];
  const history: HistoryEvent[] = [];
  const hostOn = (clock: Host['clock']): Host => ({
    clock,
    random: { next: () => 0.5, uuid: () => 'uuid' },
    append: (event) => void history.push(JSON.parse(JSON.stringify(event)) as HistoryEvent),
    startTask: (invocation, reporter) => {
      attempts.push(invocation.arguments);
      const error = errors[attempts.length - 1];
      clock.setTimer(0, () => {
        if (error === undefined) reporter.succeeded(null);
        else reporter.failed({ error });
      });
      return () => undefined;
    },
    startMapRun: () => {
      throw new Error('There is no map.');
    },
    ended: () => undefined,
  });
  const first = createVirtualClock();
  run(machine, {}, hostOn(first), identity);
  while (attempts.length < 3) first.step();

  const second = createVirtualClock(first.now());
  resume(machine, [...history], hostOn(second), identity);
  second.run();

  expect(attempts).toEqual([0, 1, 2, 2, 3].map((attempt) => ({ FunctionName: 'f', attempt })));
});
