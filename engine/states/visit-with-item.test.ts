import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import { execute, type TestExecution } from '../testing/index.ts';

function run(more: object, state: object): TestExecution {
  const processor = { StartAt: 'Item', States: { Item: { Type: 'Pass', ...state, End: true } } };
  const each = { Type: 'Map', ...more, ItemProcessor: processor, End: true };
  const { machine } = parse(JSON.stringify({ StartAt: 'Each', States: { Each: each } }));
  if (machine === undefined) throw new Error('refused');
  return execute(machine, ['a', 'b']);
}

// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map
describe('the item of a Map', () => {
  const selector = { 'at.$': '$$.Map.Item.Index', 'item.$': '$$.Map.Item.Value' };

  it('is in the context object of its ItemSelector', () => {
    expect(run({ ItemSelector: selector }, {}).output).toEqual([
      { at: 0, item: 'a' },
      { at: 1, item: 'b' },
    ]);
  });

  it('has no key and no source where its list is in the input', () => {
    expect(run({ ItemSelector: { 'item.$': '$$.Map.Item' } }, {}).output).toStrictEqual([
      { item: { Index: 0, Value: 'a' } },
      { item: { Index: 1, Value: 'b' } },
    ]);
  });

  // As in an error of AWS of 30 April 2025: the context object of a Task in an iteration has no `Map`.
  it('is not in the context object of a state of an iteration', () => {
    const { error, cause } = run({}, { Parameters: selector });

    expect(error).toBe('States.Runtime');
    expect(cause).toMatch(
      /^An error occurred while executing the state 'Item' \(entered at the event id #\d+\)\. The JSONPath '\$\$\.Map\.Item\.Index' specified for the field 'at\.\$' could not be found in the input '\{"Execution":.*"State":\{"Name":"Item","EnteredTime":"[^"]+"\}\}'$/u,
    );
  });

  it('is not in the context object of a JSONata state of an iteration', () => {
    const state = { QueryLanguage: 'JSONata', Output: '{% $states.context.Map.Item.Index %}' };

    expect(run({}, state).error).toBe('States.QueryEvaluationError');
  });
});
