import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute, type TestExecution } from '../testing/index.ts';

const wait = { Type: 'Wait', Seconds: 20, End: true };
const pass = { Type: 'Pass', End: true };
const fail = { Type: 'Fail', Error: 'Mine', Cause: 'why' };

function run(state: object, input: Json, more: object = {}): TestExecution {
  const definition = { StartAt: 'Each', States: { Each: { ...state, End: true }, ...more } };
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return execute(machine, input);
}

function mapOf(states: Readonly<Record<string, object>>, more: object = {}): object {
  const processor = { StartAt: Object.keys(states)[0], States: states };
  return { Type: 'Map', QueryLanguage: 'JSONata', ItemProcessor: processor, ...more };
}

const selector = { ItemSelector: { v: '{% $states.context.Map.Item.Value.v %}' } };
const caught = { Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }] };

function besideWaiting(last: object): object {
  const waiting = { StartAt: 'Wait', States: { Wait: wait } };
  return { Type: 'Parallel', Branches: [waiting, { StartAt: 'Last', States: { Last: last } }] };
}

function chain({ history }: TestExecution): readonly string[] {
  return history.map(({ type, previousEventId }) => `${type} ${previousEventId}`);
}

/** Order and predecessors as measured on AWS: https://github.com/floci-io/floci/issues/3167 */
describe('an ItemSelector that fails', () => {
  it('fails the Map before the iteration starts, and aborts running iterations', () => {
    const execution = run(mapOf({ Wait: wait }, selector), [{ v: 1 }, {}]);

    expect(chain(execution).slice(3)).toEqual([
      'MapIterationStarted 3',
      'EvaluationFailed 3',
      'MapIterationAborted 5',
      'MapStateFailed 5',
      'ExecutionFailed 7',
    ]);
    expect(execution.cause).toMatch(
      "An error occurred while executing the state 'Each' (entered at the event id #2). The JSONata",
    );
  });

  it('also fails the Map when a later iteration starts', () => {
    const map = mapOf({ Pass: pass }, { ...selector, ...caught, MaxConcurrency: 1 });

    const execution = run(map, [{ v: 1 }, {}], { Caught: pass });

    expect(chain(execution).slice(4, 11)).toEqual([
      'PassStateEntered 4',
      'PassStateExited 5',
      'MapIterationSucceeded 6',
      'EvaluationFailed 6',
      'MapStateFailed 8',
      'MapStateExited 9',
      'PassStateEntered 10',
    ]);
    expect(execution.status).toBe('SUCCEEDED');
  });
});

describe('a States.Runtime error', () => {
  const broken = { Type: 'Pass', InputPath: '$.none', End: true };

  it('in an iteration ends the execution without an event for the iterations', () => {
    const processor = { StartAt: 'Broken', States: { Broken: broken } };

    const execution = run({ Type: 'Map', ItemProcessor: processor }, [{}, {}]);

    expect(chain(execution).slice(4)).toEqual([
      'MapIterationStarted 3',
      'PassStateEntered 4',
      'ExecutionFailed 6',
    ]);
  });

  it('in a branch ends the execution without an event for its siblings, unlike other errors', () => {
    const [runtime, other] = [broken, fail].map((last) => run(besideWaiting(last), {}));

    expect(runtime?.history.map(({ type }) => type).slice(5)).toEqual(['ExecutionFailed']);
    expect(other?.history.map(({ type }) => type).slice(5)).toEqual([
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });
});

const passing = (name: string) => ({ StartAt: name, States: { [name]: pass } });

it('a Parallel state gives its branches Parameters, and selects from their results', () => {
  const { output } = run(
    {
      Type: 'Parallel',
      Parameters: { 'v.$': '$.given' },
      ResultSelector: { 'second.$': '$[1]' },
      Branches: [passing('First'), passing('Second')],
    },
    { given: 1 },
  );

  expect(output).toEqual({ second: { v: 1 } });
});
