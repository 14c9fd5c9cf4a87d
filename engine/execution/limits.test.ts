import { describe, expect, it } from 'vitest';
import { parse, run } from '../index.ts';
import type { Json } from '../json.ts';
import {
  MAXIMUM_EXPRESS_EVENTS,
  MAXIMUM_EXPRESS_SECONDS,
  MAXIMUM_HISTORY_EVENTS,
  MAXIMUM_INLINE_ITERATIONS,
  MAXIMUM_PAYLOAD_BYTES,
  MAXIMUM_STANDARD_SECONDS,
  MAXIMUM_VARIABLES_BYTES,
} from '../limits.ts';
import { execute, neverEnds, start, type TestExecution } from '../testing/index.ts';
import { createSeededRandom } from '../testing/seeded-random.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const kibibyte = 1024;
const day = 86_400;

function runStates(states: Readonly<Record<string, object>>, options = {}): TestExecution {
  const [first = ''] = Object.keys(states);
  return runMachine({ StartAt: first, States: states }, {}, options);
}

function runMachine(definition: object, input: Json = {}, options = {}): TestExecution {
  const { machine, diagnostics } = parse(
    JSON.stringify({ QueryLanguage: 'JSONata', ...definition }),
  );
  if (machine === undefined) throw new Error(diagnostics[0]?.message);
  return execute(machine, input, options);
}

/** An expression for a text of about this many bytes. */
function textOf(bytes: number): string {
  return `{% $pad('', ${bytes}, 'x') %}`;
}

const tooLarge = (state: string) => ({
  status: 'FAILED',
  error: 'States.DataLimitExceeded',
  cause: `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
});

function endOf({ status, error, cause }: TestExecution) {
  return { status, error, cause };
}

describe('variables', () => {
  it('can have 256 KiB in one Assign', () => {
    const assign = { a: textOf(120 * kibibyte), b: textOf(135 * kibibyte) };

    const execution = runStates({ Keep: { Type: 'Pass', Assign: assign, End: true } });

    expect(execution.status).toBe('SUCCEEDED');
  });

  it('fail the state that assigns more than 256 KiB at once', () => {
    const assign = { a: textOf(128 * kibibyte), b: textOf(128 * kibibyte) };

    const execution = runStates({ Keep: { Type: 'Pass', Assign: assign, End: true } });

    expect(endOf(execution)).toEqual(tooLarge('Keep'));
  });

  it('count once when they are assigned again', () => {
    const execution = runStates({
      Begin: { Type: 'Pass', Assign: { turn: 0 }, Next: 'Keep' },
      Keep: {
        Type: 'Pass',
        Assign: { text: textOf(255_000), turn: '{% $turn + 1 %}' },
        Next: 'Again?',
      },
      'Again?': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $turn < 60 %}', Next: 'Keep' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    });

    expect(execution.status).toBe('SUCCEEDED');
  });

  it.each([
    [1, 'SUCCEEDED'],
    [40, 'FAILED'],
  ])(
    'of an iteration are released at its end: with %i at once, 60 iterations have %s',
    (open, status) => {
      const execution = runMachine(
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              MaxConcurrency: open,
              ItemProcessor: {
                StartAt: 'Keep',
                States: {
                  Keep: {
                    Type: 'Pass',
                    Assign: { text: textOf(262_000) },
                    Output: 1,
                    Next: 'Wait',
                  },
                  Wait: { Type: 'Wait', Seconds: 1, Next: 'Use' },
                  Use: {
                    Type: 'Pass',
                    Assign: { other: textOf(100_000) },
                    Output: 1,
                    End: true,
                  },
                },
              },
              End: true,
            },
          },
        },
        Array.from({ length: 60 }, (_, index) => index),
      );

      expect(execution.status).toBe(status);
      if (status === 'FAILED') expect(execution.error).toBe('States.DataLimitExceeded');
    },
  );
});

describe('the data that a state passes on', () => {
  const big = textOf(262_144);
  const iteration = { StartAt: 'In', States: { In: { Type: 'Pass', Output: 1, End: true } } };

  it.each([
    [
      'the arguments of a task',
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'f', Payload: big },
      },
    ],
    ['the arguments of a Parallel', { Type: 'Parallel', Arguments: big, Branches: [iteration] }],
    [
      'the selected item of a Map',
      { Type: 'Map', Items: [1], ItemSelector: big, ItemProcessor: iteration },
    ],
    ['an output', { Type: 'Pass', Output: big }],
  ])('is refused above 256 KiB: %s', (_, state) => {
    const execution = runStates({ Big: { ...state, End: true } }, { tasks: { Big: null } });

    expect(endOf(execution)).toEqual(tooLarge('Big'));
  });
});

describe('the duration of an execution', () => {
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'f' },
    End: true,
  };
  const express = { identity: { type: 'EXPRESS' as const } };

  it.each([
    ['Standard', undefined, {}, 365 * day],
    ['Standard', 2 * 365 * day, {}, 365 * day],
    ['Standard', 60, {}, 60],
    ['Express', undefined, express, 300],
    ['Express', 3_600, express, 300],
    ['Express', 60, express, 60],
  ])('of %s with TimeoutSeconds %s ends', (_, timeoutSeconds, options, seconds) => {
    const definition = {
      StartAt: 'Work',
      States: { Work: task },
      ...(timeoutSeconds === undefined ? {} : { TimeoutSeconds: timeoutSeconds }),
    };

    const execution = runMachine(definition, {}, { ...options, tasks: { Work: neverEnds() } });

    const [first, last] = [execution.history[0], execution.history.at(-1)];
    expect(endOf(execution)).toEqual({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      cause: undefined,
    });
    expect(last?.type).toBe('ExecutionTimedOut');
    expect((Number(last?.timestamp) - Number(first?.timestamp)) / 1000).toBe(seconds);
  });
});

// Every limit of limits.ts, at the limit and one above it. The limit of a Wait has its own test.
describe('limits to the byte, event and second', () => {
  it.each([
    ['x', MAXIMUM_PAYLOAD_BYTES, 'SUCCEEDED'],
    ['x', MAXIMUM_PAYLOAD_BYTES + 1, 'FAILED'],
    ['é', MAXIMUM_PAYLOAD_BYTES, 'SUCCEEDED'],
    ['é', MAXIMUM_PAYLOAD_BYTES + 2, 'FAILED'],
  ])('an output of %s with %i bytes makes the execution end as %s', (letter, bytes, status) => {
    const text = letter.repeat((bytes - '""'.length) / Buffer.byteLength(letter));

    const execution = runMachine(
      { StartAt: 'Pass', States: { Pass: { Type: 'Pass', Output: text, End: true } } },
      {},
    );

    expect(execution.status).toBe(status);
    if (status === 'FAILED') expect(endOf(execution)).toEqual(tooLarge('Pass'));
  });

  it.each([
    [MAXIMUM_VARIABLES_BYTES, 'SUCCEEDED'],
    [MAXIMUM_VARIABLES_BYTES + 1, 'FAILED'],
  ])('variables of %i bytes make the execution end as %s', (bytes, status) => {
    const each = 250_000;
    const count = Math.floor(bytes / each);
    const keep = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `Keep ${index}`,
        {
          Type: 'Pass',
          Assign: { [`v${index}`]: 'x'.repeat(each - 2) },
          Next: `Keep ${index + 1}`,
        },
      ]),
    );
    const rest = 'x'.repeat(bytes - count * each - 2);

    const execution = runStates({
      ...keep,
      [`Keep ${count}`]: { Type: 'Pass', Assign: { rest }, End: true },
    });

    expect(execution.status).toBe(status);
    if (status === 'FAILED') expect(endOf(execution)).toEqual(tooLarge(`Keep ${count}`));
  });

  it.each([
    ['STANDARD', MAXIMUM_HISTORY_EVENTS, 0, 'SUCCEEDED'],
    ['STANDARD', MAXIMUM_HISTORY_EVENTS, 1, 'FAILED'],
    ['EXPRESS', MAXIMUM_EXPRESS_EVENTS, 0, 'SUCCEEDED'],
    ['EXPRESS', MAXIMUM_EXPRESS_EVENTS, 1, 'TIMED_OUT'],
  ] as const)(
    'a history of %s with at most %i events and %i extra iterations ends as %s',
    (type, most, more, status) => {
      // ExecutionStarted, four events per iteration, two of the last state, ExecutionSucceeded.
      const turns = (most - 4) / 4 + more;

      const { events, result } = count(turns, type);

      expect({ events, result }).toEqual({ events: most, result: status });
    },
  );

  it.each([
    ['STANDARD', MAXIMUM_STANDARD_SECONDS, 'SUCCEEDED'],
    ['STANDARD', MAXIMUM_STANDARD_SECONDS + 1, 'TIMED_OUT'],
    ['EXPRESS', MAXIMUM_EXPRESS_SECONDS, 'SUCCEEDED'],
    ['EXPRESS', MAXIMUM_EXPRESS_SECONDS + 1, 'TIMED_OUT'],
  ] as const)(
    'a Wait in %s of %i seconds makes the execution end as %s',
    (type, seconds, status) => {
      const execution = runStates(
        { Rest: { Type: 'Wait', Seconds: seconds, End: true } },
        { identity: { type } },
      );

      expect(execution.status).toBe(status);
    },
  );

  it.each([
    [MAXIMUM_INLINE_ITERATIONS, 0],
    [MAXIMUM_INLINE_ITERATIONS + 1, 0],
    [MAXIMUM_INLINE_ITERATIONS + 1, MAXIMUM_INLINE_ITERATIONS + 1],
  ])('of %i iterations with MaxConcurrency %i no more than 40 run at once', (count, limit) => {
    const { machine } = parse(
      JSON.stringify({
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            MaxConcurrency: limit,
            ItemProcessor: {
              StartAt: 'Rest',
              States: { Rest: { Type: 'Wait', Seconds: 1, End: true } },
            },
            End: true,
          },
        },
      }),
    );
    if (machine === undefined) throw new Error('The definition is invalid.');

    const execution = start(
      machine,
      Array.from({ length: count }, (_, index) => index),
    );

    const running = execution.history.filter(({ type }) => type === 'MapIterationStarted');
    expect(running).toHaveLength(MAXIMUM_INLINE_ITERATIONS);
    execution.clock.run();
    expect(execution.status).toBe('SUCCEEDED');
  });
});

/** Runs a loop of this many iterations on a host that stores nothing, and returns the number of events. */
function count(turns: number, type: 'STANDARD' | 'EXPRESS') {
  const { machine } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Count',
      States: {
        Count: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'Again?' },
        'Again?': {
          Type: 'Choice',
          Choices: [{ Condition: `{% $states.input < ${turns} %}`, Next: 'Count' }],
          Default: 'Done',
        },
        Done: { Type: 'Pass', End: true },
      },
    }),
  );
  if (machine === undefined) throw new Error('The definition is invalid.');
  let events = 0;
  let result: string | undefined;
  const host = {
    clock: createVirtualClock(),
    random: createSeededRandom(),
    append: () => void (events += 1),
    ended: (end: { readonly status: string }) => void (result = end.status),
    startTask: () => () => undefined,
    startMapRun: () => () => undefined,
  };
  run(machine, 0, host, {
    executionArn: 'arn:aws:states:us-east-1:000000000000:execution:machine:test',
    executionName: 'test',
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
    stateMachineName: 'machine',
    roleArn: 'arn:aws:iam::000000000000:role/test',
    type,
  });
  return { events, result };
}
