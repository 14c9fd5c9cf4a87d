import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute } from '../testing/index.ts';

function run(state: object, input: Json): Json | string {
  const definition = { StartAt: 'Do', States: { Do: { ...state, End: true } } };
  const { machine } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error('The definition is invalid.');
  const { status, output, error, cause } = execute(machine, input);
  return status === 'SUCCEEDED' ? (output ?? null) : `${error}: ${cause}`;
}

const pass = (path: string, input: Json) =>
  run({ Type: 'Pass', Result: 'R', ResultPath: path }, input);

const map = (path: string, input: Json) => {
  const processor = { StartAt: 'Same', States: { Same: { Type: 'Pass', End: true } } };
  return run({ Type: 'Map', ItemsPath: path, ItemProcessor: processor }, input);
};

describe('a ResultPath', () => {
  it.each<[string, Json, Json]>([
    ['$.a', {}, { a: 'R' }],
    ['$.a', { a: 1, b: 2 }, { a: 'R', b: 2 }],
    ['$.a.b', {}, { a: { b: 'R' } }],
    ['$.a.b', { a: { c: 1 } }, { a: { c: 1, b: 'R' } }],
    ["$['a b']", {}, { 'a b': 'R' }],
    ['$[1]', [1, 2], [1, 'R']],
    ['$.a[0].b', { a: [{ c: 1 }] }, { a: [{ c: 1, b: 'R' }] }],
  ])('%s of %j makes %j', (path, input, expected) => {
    expect(pass(path, input)).toEqual(expected);
  });

  // https://qiita.com/tsubasaogawa/items/4fe341bdb6ae7d2fd8ee
  it.each<[string, Json]>([
    ['$.a', 'x'],
    ['$.a.b', 5],
    ['$.a', [1]],
    ['$.a', null],
    ['$[0]', { a: 1 }],
    ['$[1]', [1]],
  ])('%s cannot be applied to %j', (path, input) => {
    expect(pass(path, input)).toBe(
      `States.ReferencePathConflict: Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`,
    );
  });

  it.each<[string, Json, string]>([
    ['$.a.b', { a: 1 }, 'a'],
    ['$.a.b.c', { a: { b: [] } }, 'b'],
    ['$.a[0]', { a: {} }, 'a'],
    ['$.a[0]', {}, 'a'],
  ])('%s of %j fails at the step %s', (path, input, step) => {
    expect(pass(path, input)).toBe(
      `States.ReferencePathConflict: Unable to apply step "${step}" to input ${JSON.stringify(input)}`,
    );
  });

  it('that cannot be applied can be caught', () => {
    const caught = { Type: 'Pass', Parameters: { 'error.$': '$.Error' }, End: true };
    const inner = { Type: 'Pass', ResultPath: '$.a', End: true };
    const definition = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'In', States: { In: inner } }],
          Catch: [{ ErrorEquals: ['States.ReferencePathConflict'], Next: 'Caught' }],
          End: true,
        },
        Caught: caught,
      },
    };
    const { machine } = parse(JSON.stringify(definition));
    if (machine === undefined) throw new Error('The definition is invalid.');

    expect(execute(machine, 5)).toMatchObject({
      status: 'SUCCEEDED',
      output: { error: 'States.ReferencePathConflict' },
    });
  });
});

describe('an ItemsPath', () => {
  it.each<[string, Json, Json]>([
    ['$.a', { a: [1, 2] }, [1, 2]],
    ['$.a[0]', { a: [[1]] }, [1]],
    ['$[-1]', [[1], [2]], [2]],
  ])('%s leads through %j to %j', (path, input, expected) => {
    expect(map(path, input)).toEqual(expected);
  });

  it.each<[string, Json, string]>([
    ['$.found.objects', { found: { statusCode: 500 } }, 'objects'],
    ['$.found.objects', {}, 'found'],
    ['$.found.objects', { found: 5 }, 'objects'],
    ['$.found[2]', { found: [1] }, '[2]'],
  ])('%s of %j fails at the step %s', (path, input, step) => {
    expect(map(path, input)).toBe(
      `States.ReferencePathConflict: Unable to apply step "${step}" to input ${JSON.stringify(input)}`,
    );
  });
});
