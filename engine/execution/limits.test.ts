import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute, neverEnds, type TestExecution } from '../testing/index.ts';

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
  if (machine === undefined) throw new Error(`${diagnostics[0]?.message}; nothing was run.`);
  return execute(machine, input, options);
}

/** An expression that gives a text of about so many bytes. */
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
  it('may take 256 KiB in one Assign', () => {
    const assign = { a: textOf(120 * kibibyte), b: textOf(135 * kibibyte) };

    const execution = runStates({ Keep: { Type: 'Pass', Assign: assign, End: true } });

    expect(execution.status).toBe('SUCCEEDED');
  });

  it('fail the state that assigns more than 256 KiB at once', () => {
    const assign = { a: textOf(128 * kibibyte), b: textOf(128 * kibibyte) };

    const execution = runStates({ Keep: { Type: 'Pass', Assign: assign, End: true } });

    expect(endOf(execution)).toEqual(tooLarge('Keep'));
  });

  it.each([
    [39, 'SUCCEEDED'],
    [42, 'FAILED'],
  ])('of %i times 256,000 bytes make the execution end as %s', (count, status) => {
    const states = Array.from({ length: count }, (_, index) => [
      `Keep ${index}`,
      {
        Type: 'Pass',
        Assign: { [`v${index}`]: textOf(255_990) },
        ...(index === count - 1 ? { End: true } : { Next: `Keep ${index + 1}` }),
      },
    ]);

    const execution = runStates(Object.fromEntries(states));

    expect(execution.status).toBe(status);
    if (status === 'FAILED') expect(endOf(execution)).toEqual(tooLarge('Keep 40'));
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
  ])('of iterations go with them: with %i open at once 60 are %s', (open, status) => {
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
                Keep: { Type: 'Pass', Assign: { text: textOf(262_000) }, Output: 1, Next: 'Wait' },
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
  });
});

describe('what a state hands on', () => {
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

describe('the time of an execution', () => {
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
