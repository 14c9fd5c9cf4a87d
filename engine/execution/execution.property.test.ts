import { array, assert as check, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Machine } from '../machine.ts';
import { execute, start } from '../testing/execute.ts';
import { failsWith, inOrder, takes } from '../testing/mocks.ts';
import { eventful } from './eventful.machines.ts';

function machineOf(definition: object): Machine {
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return machine;
}

const mapOf = (concurrency: number, mode: string) =>
  machineOf({
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        MaxConcurrency: concurrency,
        ItemProcessor: {
          ProcessorConfig: {
            Mode: mode,
            ...(mode === 'DISTRIBUTED' && { ExecutionType: 'STANDARD' }),
          },
          StartAt: 'Rest',
          States: {
            Rest: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'Say' },
            Say: { Type: 'Pass', Output: { seconds: '{% $states.input %}' }, End: true },
          },
        },
        End: true,
      },
    },
  });

const tasks = {
  Steady: takes(5, { a: 1 }),
  Flaky: inOrder(failsWith('Flaky', 'not yet'), takes(3, 'ok')),
  Hopeless: failsWith('Flaky', 'not yet'),
  A: inOrder(failsWith('Flaky'), takes(7, 'a')),
  Bad: takes(2, failsWith('Broken')),
  Long: takes(60, 1),
  Odd: 1,
  Late: takes(60, 1),
};

describe('an execution', () => {
  it('has the same history for large and small steps of time', () => {
    check(
      property(
        constantFrom(...eventful),
        array(integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 20 }),
        ({ definition, input }, creeps) => {
          const machine = machineOf(definition);
          const jumping = execute(machine, input, { tasks });
          const creeping = start(machine, input, { tasks });
          for (const creep of creeps) creeping.clock.advance(creep);
          creeping.clock.run();

          expect(creeping.history).toEqual(jumping.history);
        },
      ),
      { seed: 20_260_101, numRuns: 100 },
    );
  });

  it('has the same Map output for any concurrency', () => {
    check(
      property(
        array(integer({ min: 0, max: 30 }), { maxLength: 60 }),
        integer({ min: 0, max: 70 }),
        constantFrom('INLINE', 'DISTRIBUTED'),
        (seconds, concurrency, mode) => {
          const execution = execute(mapOf(concurrency, mode), seconds);

          expect(execution.output).toEqual(seconds.map((each) => ({ seconds: each })));
        },
      ),
      { seed: 20_260_101, numRuns: 60 },
    );
  });

  it('ends after 25,000 events', () => {
    const machine = machineOf({
      StartAt: 'A',
      States: {
        A: {
          Type: 'Choice',
          Choices: [{ Variable: '$.never', IsPresent: true, Next: 'End' }],
          Default: 'B',
        },
        B: { Type: 'Pass', Next: 'A' },
        End: { Type: 'Succeed' },
      },
    });

    const execution = execute(machine, {});

    expect(execution.history).toHaveLength(25_000);
    expect(execution.history.at(-1)).toMatchObject({
      id: 25_000,
      previousEventId: 24_999,
      type: 'ExecutionFailed',
      executionFailedEventDetails: {
        error: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (25000).',
      },
    });
  });

  it('fails if an output is larger than 262,144 bytes, and States.ALL does not catch the error', () => {
    const machine = machineOf({
      QueryLanguage: 'JSONata',
      StartAt: 'Big',
      States: {
        Big: { Type: 'Pass', Output: "{% $pad('', 262143, 'x') %}", End: true },
      },
    });

    const execution = execute(machine, {});

    expect(execution.error).toBe('States.DataLimitExceeded');
    expect(execution.cause).toBe(
      "The state/task 'Big' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });

  it('treats names of the prototype as ordinary names', () => {
    const machine = machineOf({
      StartAt: 'Place',
      States: {
        Place: { Type: 'Pass', Result: 1, ResultPath: '$.__proto__.polluted', Next: 'Read' },
        Read: {
          Type: 'Pass',
          Parameters: { 'constructor.$': '$.constructor', __proto__: { a: 1 } },
          End: true,
        },
      },
    });

    const execution = execute(machine, JSON.parse('{"constructor":"mine","__proto__":{"b":2}}'));

    expect(JSON.stringify(execution.output)).toBe('{"constructor":"mine"}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
