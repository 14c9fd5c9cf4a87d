import { array, boolean, assert as check, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../history/event.ts';
import type { ExecutionResult, Host } from '../host.ts';
import { parse, run } from '../index.ts';
import type { Machine } from '../machine.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const identity = {
  executionArn: 'arn:aws:states:us-east-1:111111111111:execution:machine:run',
  executionName: 'run',
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine',
  stateMachineName: 'machine',
  roleArn: 'arn:aws:iam::111111111111:role/any',
};

const pass = { Type: 'Pass', End: true };

const busy = machineOf({
  QueryLanguage: 'JSONata',
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, Next: 'More?' },
    'More?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.n < 5 %}', Next: 'Count' }],
      Default: 'Both',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Hold', States: { Hold: { Type: 'Wait', Seconds: 1, End: true } } },
        {
          StartAt: 'Left',
          States: { Left: { Type: 'Pass', Next: 'More left' }, 'More left': pass },
        },
      ],
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Items: [1, 2, 3, 4],
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Item',
        States: { Item: { ...pass, Output: '{% $states.input * 2 %}' } },
      },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Never' }],
      Next: 'Broken',
    },
    Broken: {
      Type: 'Map',
      Items: [1, 2, 3],
      ItemProcessor: {
        StartAt: 'Check',
        States: { Check: { ...pass, Output: "{% $states.input = 2 ? $error('no') : 'yes' %}" } },
      },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
      End: true,
    },
    Never: { Type: 'Fail' },
    Done: { Type: 'Succeed', Output: 'done' },
  },
});

function machineOf(definition: object): Machine {
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return machine;
}

interface Paused {
  readonly host: Host;
  readonly history: HistoryEvent[];
  readonly clock: ReturnType<typeof createVirtualClock>;
  /** Continues a paused execution; false if it is not paused. */
  continue(): boolean;
  result(): ExecutionResult | undefined;
}

/** @param pauses whether to pause at each step; false for all later steps */
function pausingHost(pauses: readonly boolean[]): Paused {
  const history: HistoryEvent[] = [];
  const clock = createVirtualClock();
  let result: ExecutionResult | undefined;
  let steps = 0;
  let waiting: (() => void) | undefined;
  return {
    history,
    clock,
    result: () => result,
    continue() {
      const resume = waiting;
      waiting = undefined;
      resume?.();
      return resume !== undefined;
    },
    host: {
      clock,
      random: { next: () => 0.5, uuid: () => 'uuid' },
      append: (event) => history.push(event),
      startTask: () => () => {},
      startMapRun: () => () => {},
      pause(continueExecution) {
        const pauseNow = pauses[steps] === true;
        steps += 1;
        if (pauseNow) waiting = continueExecution;
        return pauseNow;
      },
      ended(ending) {
        result = ending;
      },
    },
  };
}

function historyWith(pauses: readonly boolean[]) {
  const paused = pausingHost(pauses);
  run(busy, { n: 0 }, paused.host, identity);
  do while (paused.continue());
  while (paused.clock.step());
  return { history: paused.history, result: paused.result() };
}

describe('a host that pauses', () => {
  it('gets the same history as one that never pauses', () => {
    const whole = historyWith([]);
    expect(whole.result).toEqual({ status: 'SUCCEEDED', output: 'done' });
    check(
      property(array(boolean(), { maxLength: 80 }), (pauses) => {
        expect(historyWith(pauses)).toEqual(whole);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('can abort while it pauses', () => {
    const paused = pausingHost([false, false, true]);
    const execution = run(busy, { n: 0 }, paused.host, identity);
    expect(execution.status).toBe('RUNNING');
    const before = paused.history.length;

    execution.abort('Stopped', 'by hand');
    paused.continue();

    expect(paused.result()).toEqual({ status: 'ABORTED', error: 'Stopped', cause: 'by hand' });
    expect(paused.history.slice(before).map(({ type }) => type)).toEqual(['ExecutionAborted']);
  });

  it('receives a timer during the pause, and continues after it', () => {
    const paused = pausingHost([]);
    let continueLeft: (() => void) | undefined;
    const host: Host = {
      ...paused.host,
      pause(continueExecution) {
        const holds = paused.history.at(-1)?.type === 'WaitStateEntered';
        if (holds) continueLeft = continueExecution;
        return holds;
      },
    };
    run(busy, { n: 4 }, host, identity);

    paused.clock.advance(1_000);

    expect(paused.history.at(-1)?.type).toBe('WaitStateExited');
    continueLeft?.();
    expect(paused.result()).toEqual({ status: 'SUCCEEDED', output: 'done' });
  });
});
