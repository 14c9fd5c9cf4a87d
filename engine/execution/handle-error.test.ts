import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Machine } from '../machine.ts';
import { execute } from '../testing/execute.ts';
import { failsWith, inOrder, neverEnds, takes } from '../testing/mocks.ts';

function machineOf(work: object): Machine {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'f' },
        End: true,
        ...work,
      },
      ...('Catch' in work && { Caught: { Type: 'Pass', End: true } }),
    },
  };
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return machine;
}

const toCaught = (...errors: readonly string[]) => ({
  Catch: [{ ErrorEquals: errors, Next: 'Caught' }],
});

describe('an error in a state', () => {
  it.each([
    { thrown: 'Mine', caught: ['Mine'], isCaught: true },
    { thrown: 'Mine', caught: ['Other'], isCaught: false },
    { thrown: 'Mine', caught: ['States.ALL'], isCaught: true },
    { thrown: 'Mine', caught: ['States.TaskFailed'], isCaught: true },
    { thrown: 'States.Timeout', caught: ['States.TaskFailed'], isCaught: false },
    { thrown: 'States.Runtime', caught: ['States.Runtime', 'States.TaskFailed'], isCaught: false },
  ])('$thrown is caught by $caught: $isCaught', ({ thrown, caught, isCaught }) => {
    const machine = machineOf(toCaught(...caught));

    const execution = execute(machine, {}, { tasks: { Work: failsWith(thrown, 'why') } });

    expect(execution.status).toBe(isCaught ? 'SUCCEEDED' : 'FAILED');
  });

  it("lets a Catcher catch a task's result that is too large, as recorded on AWS", () => {
    const machine = machineOf(toCaught('States.ALL'));

    const execution = execute(machine, {}, { tasks: { Work: 'x'.repeat(262_144) } });

    expect(execution.output).toEqual({
      Error: 'States.DataLimitExceeded',
      Cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it("does not let a Catcher of States.ALL catch a state's output that is too large", () => {
    const twice = { Output: { one: '{% $states.result %}', two: '{% $states.result %}' } };
    const machine = machineOf({ ...twice, ...toCaught('States.ALL') });

    const execution = execute(machine, {}, { tasks: { Work: 'x'.repeat(140_000) } });

    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  });

  it('waits longer before each retry, up to MaxDelaySeconds', () => {
    const machine = machineOf({
      Retry: [
        {
          ErrorEquals: ['Busy'],
          IntervalSeconds: 2,
          BackoffRate: 3,
          MaxDelaySeconds: 10,
          MaxAttempts: 4,
        },
      ],
    });

    const execution = execute(machine, {}, { tasks: { Work: failsWith('Busy') } });

    const scheduled = execution.history.filter((event) => event.type === 'TaskScheduled');
    const delays = scheduled
      .slice(1)
      .map((event, index) => (event.timestamp - (scheduled[index]?.timestamp ?? 0)) / 1000);
    expect(delays).toEqual([2, 6, 10, 10]);
  });

  it('counts the retries of each Retrier separately', () => {
    const machine = machineOf({
      Retry: [
        { ErrorEquals: ['A'], MaxAttempts: 1 },
        { ErrorEquals: ['States.ALL'], MaxAttempts: 2 },
      ],
    });
    const tasks = { Work: inOrder(failsWith('A'), failsWith('B'), failsWith('B'), failsWith('A')) };

    const execution = execute(machine, {}, { tasks });

    expect(execution.calls).toHaveLength(4);
    expect(execution.error).toBe('A');
  });

  it('spreads retries with full jitter, after the cap', () => {
    const machine = machineOf({
      Retry: [
        {
          ErrorEquals: ['Busy'],
          IntervalSeconds: 100,
          MaxDelaySeconds: 50,
          JitterStrategy: 'FULL',
          MaxAttempts: 5,
        },
      ],
    });

    const execution = execute(machine, {}, { tasks: { Work: failsWith('Busy') } });

    const scheduled = execution.history.filter((event) => event.type === 'TaskScheduled');
    const delays = scheduled
      .slice(1)
      .map((event, index) => event.timestamp - (scheduled[index]?.timestamp ?? 0));
    expect(delays.every((delay) => delay >= 0 && delay <= 50_000)).toBe(true);
    expect(new Set(delays).size).toBe(5);
  });

  it('times out a task that sends no heartbeat', () => {
    const machine = machineOf({
      TimeoutSeconds: '{% 600 %}',
      HeartbeatSeconds: 20,
      ...toCaught('States.HeartbeatTimeout'),
    });

    const execution = execute(machine, {}, { tasks: { Work: neverEnds() } });

    expect(execution.output).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(execution.clock.now() - (execution.history[0]?.timestamp ?? 0)).toBe(20_000);
  });

  it('ends the execution at the timeout of the machine', () => {
    const { machine } = parse(
      JSON.stringify({
        StartAt: 'Hold',
        TimeoutSeconds: 5,
        States: { Hold: { Type: 'Wait', Seconds: 60, End: true } },
      }),
    );
    if (machine === undefined) throw new Error('refused');

    const execution = execute(machine, {});

    expect(execution.status).toBe('TIMED_OUT');
  });

  it('stops the siblings of a branch that fails', () => {
    const { machine } = parse(
      JSON.stringify({
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'Hold', States: { Hold: { Type: 'Wait', Seconds: 60, End: true } } },
              { StartAt: 'Break', States: { Break: { Type: 'Fail', Error: 'Broken' } } },
            ],
            End: true,
          },
        },
      }),
    );
    if (machine === undefined) throw new Error('refused');

    const execution = execute(machine, {});

    expect(execution.history.map((event) => event.type)).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'WaitStateEntered',
      'FailStateEntered',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('ignores the result of a task that has timed out', () => {
    const machine = machineOf({ TimeoutSeconds: 5, ...toCaught('States.Timeout') });

    const execution = execute(machine, {}, { tasks: { Work: takes(10, 'late') } });

    expect(execution.output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });
});
