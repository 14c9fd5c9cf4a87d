import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Machine } from '../machine.ts';
import {
  type ExecutionMatchers,
  execute,
  failsWith,
  inOrder,
  matchers,
  neverEnds,
  start,
  takes,
} from './index.ts';

declare module 'vitest' {
  // eslint-disable-next-line -- vitest wants its own type parameter here
  interface Matchers<T> extends ExecutionMatchers<T> {}
}

expect.extend(matchers);

const checkout = machineOf({
  QueryLanguage: 'JSONata',
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'charge', Payload: '{% $states.input %}' },
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['Terminal.Busy'], IntervalSeconds: 30, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Apologise' }],
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: 86_400, Next: 'Ship' },
    Ship: { Type: 'Pass', End: true },
    Apologise: { Type: 'Fail', Error: 'NotCharged', Cause: '{% $states.input.Error %}' },
  },
});

function machineOf(definition: object): Machine {
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return machine;
}

describe('a state machine under test', () => {
  it('runs with a mocked task, and days pass in no time', () => {
    const execution = execute(checkout, { amount: 12 }, { tasks: { Charge: { receipt: 'r-1' } } });

    expect(execution).toHaveSucceeded({ receipt: 'r-1' });
    expect(execution).toHaveTaken(['Charge', 'Pause', 'Ship']);
    expect(execution).toHaveCalled('Charge', { FunctionName: 'charge', Payload: { amount: 12 } });
  });

  it('calls functions as mocks, also with delays and in order', () => {
    const tasks = {
      Charge: inOrder(
        failsWith('Terminal.Busy'),
        takes(20, ({ FunctionName }) => `paid by ${JSON.stringify(FunctionName)}`),
      ),
    };

    const execution = start(checkout, {}, { tasks });
    execution.clock.advance(30_000 + 19_000);
    const before = execution.states.at(-1);
    execution.clock.advance(1_000);

    expect(before).toBe('Charge');
    expect(execution.states.at(-1)).toBe('Pause');
    execution.clock.run();
    expect(execution.clock.pendingTimers).toBe(0);
    expect(execution).toHaveSucceeded('paid by "charge"');
  });

  it('must be an execution, or the matchers throw', () => {
    expect(() => expect(42).toHaveSucceeded()).toThrow(
      'toHaveSucceeded: got 42, which is not an execution',
    );
  });

  it('has one answer for each attempt', () => {
    const tasks = {
      Charge: inOrder(failsWith('Terminal.Busy'), failsWith('Terminal.Busy'), 'paid'),
    };

    const execution = execute(checkout, {}, { tasks });

    expect(execution).toHaveSucceeded('paid');
    expect(execution.calls).toHaveLength(3);
    expect(execution).toHaveVisited('Charge', 1);
  });

  it('computes answers from the arguments', () => {
    const tasks = { Charge: (args: object) => ({ echoed: JSON.stringify(args) }) };

    const execution = execute(checkout, 1, { tasks });

    expect(execution).toHaveSucceeded({ echoed: '{"FunctionName":"charge","Payload":1}' });
  });

  it('times out a task that never ends', () => {
    const execution = execute(checkout, {}, { tasks: { Charge: neverEnds() } });

    expect(execution).toHaveFailedWith('NotCharged', 'States.Timeout');
    expect(execution).toHavePassedThrough(['Charge', 'Apologise']);
    expect(execution).not.toHaveVisited('Ship');
  });

  it('lets the test advance the time', () => {
    const execution = start(checkout, {}, { tasks: { Charge: takes(20, 'paid') } });

    execution.clock.advance(19_000);
    expect(execution.states).toEqual(['Charge']);
    execution.clock.advance(1000);
    expect(execution.states).toEqual(['Charge', 'Pause']);
    execution.abort('Enough');
    expect(execution.status).toBe('ABORTED');
  });

  it('stops at a task without a mock and names it', () => {
    expect(() => execute(checkout, {})).toThrow(/tasks\['Charge'\]: the test has no mock/);
  });

  it('shows the actual states in its messages', () => {
    const execution = execute(checkout, {}, { tasks: { Charge: failsWith('Odd', 'why') } });

    expect(() => expect(execution).toHaveSucceeded()).toThrow(
      'expected the execution to have succeeded, but it failed with NotCharged: Odd',
    );
    expect(() => expect(execution).toHavePassedThrough(['Charge', 'Ship'])).toThrow(
      "expected the execution to have passed through Charge → Ship, but after 'Charge' there was no 'Ship'; the states were Charge → Apologise",
    );
  });

  it('runs a distributed Map over given items', () => {
    const machine = machineOf({
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            ReaderConfig: { InputType: 'JSON' },
            Arguments: { Bucket: 'b', Key: 'k' },
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Double',
            States: { Double: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true } },
          },
          End: true,
        },
      },
    });

    const execution = execute(machine, {}, { items: { Each: [1, 2, 3] } });

    expect(execution).toHaveSucceeded([2, 4, 6]);
  });
});

/** A distributed Map whose children fail for negative items. */
function distributed(more: object) {
  return machineOf({
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: '{% $states.input %}',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Good?',
          States: {
            'Good?': {
              Type: 'Choice',
              Choices: [{ Condition: '{% $states.input < 0 %}', Next: 'Bad' }],
              Default: 'Good',
            },
            Good: { Type: 'Succeed' },
            Bad: { Type: 'Fail', Error: 'Negative' },
          },
        },
        End: true,
        ...more,
      },
    },
  });
}

// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
describe('a distributed Map', () => {
  it.each<[object, readonly number[], readonly (number | null)[] | 'fails']>([
    [{}, [], []],
    [{}, [1, 2], [1, 2]],
    [{}, [1, -2], 'fails'],
    [{ ToleratedFailureCount: 0 }, [1, -2], 'fails'],
    [{ ToleratedFailureCount: 1 }, [1, -2], [1, null]],
    [{ ToleratedFailureCount: 1 }, [-1, -2, 3], 'fails'],
    [{ ToleratedFailurePercentage: 50 }, [1, -2], [1, null]],
    [{ ToleratedFailurePercentage: 49 }, [1, -2], 'fails'],
    [{ ToleratedFailurePercentage: 100 }, [-1, -2], [null, null]],
    [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 }, [-1, -2], 'fails'],
    [{ ToleratedFailureCount: 2, ToleratedFailurePercentage: 50 }, [-1, -2], 'fails'],
    [{ MaxConcurrency: 1 }, [1, 2, 3], [1, 2, 3]],
    [{ MaxConcurrency: 2, ToleratedFailureCount: 3 }, [-1, -2, -3, 4], [null, null, null, 4]],
    [{ MaxConcurrency: 1 }, [-1, 2], 'fails'],
  ])('with %j over %j: %j', (more, items, expected) => {
    const execution = execute(distributed(more), [...items]);

    if (expected === 'fails') {
      expect(execution).toHaveFailedWith('States.ExceedToleratedFailureThreshold');
    } else expect(execution).toHaveSucceeded(expected);
  });
});
