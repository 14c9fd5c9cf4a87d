import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/index.ts';
import { findVariableReferences } from './variable-references.ts';

/** What the state `S` reads after one that assigns. */
function referencesOf(state: JsonObject, assigned: JsonObject = { a: 1 }): unknown {
  return findVariableReferences({
    StartAt: 'First',
    States: { First: { Type: 'Pass', Assign: assigned, Next: 'S' }, S: state },
  })['S'];
}

/** States that read `$c` in the state of that name. */
const inner = (name: string) => ({
  StartAt: name,
  States: { [name]: { Type: 'Pass', InputPath: '$c', End: true } },
});

describe('findVariableReferences', () => {
  it.each([
    ['{% $a + $c.d %}', ['a', 'c']],
    ['{% $map($b, function($v) { $v + $a }) %}', ['a', 'b']],
    ['{% ($x := $a; $x) %}', ['a']],
    ['{% $b ~> $sum %}', ['b']],
    ['{% $map($b, $uppercase) %}', ['b']],
    ['{% $b^(>$a){ $string($a): $c } %}', ['a', 'b', 'c']],
    ['{% $states.context.State.Name %}', undefined],
    ['$a', undefined],
  ])('reads %s', (Output, names) => {
    expect(referencesOf({ Type: 'Pass', Output, End: true })).toEqual(names);
  });

  it('takes the name of a function for a variable where one is assigned', () => {
    const state = { Type: 'Pass', Output: '{% $count + $sum([1]) %}', End: true };

    expect(referencesOf(state, { 'count.$': '$.n' })).toEqual(['count']);
    expect(referencesOf(state)).toBeUndefined();
  });

  it.each([
    [{ Parameters: { 'x.$': '$a', 'y.$': "States.Format('{} $no', $c.d)", z: '$b' } }, ['a', 'c']],
    [{ InputPath: '$c', OutputPath: '$a[0]' }, ['a', 'c']],
    [{ SecondsPath: '$a' }, ['a']],
    [{ Choices: [{ And: [{ Variable: '$a', NumericEqualsPath: '$b[0]' }] }] }, ['a', 'b']],
    [{ Catch: [{ ErrorEquals: ['E'], Assign: { 'e.$': '$b' } }] }, ['b']],
    [{ Credentials: { 'RoleArn.$': '$c.d' } }, ['c']],
    [{ InputPath: '$.a', OutputPath: '$$.State', ResultPath: '$' }, undefined],
  ])('reads the paths of %j', (fields, names) => {
    expect(referencesOf({ Type: 'Task', ...fields })).toEqual(names);
  });

  it('reads states in states by their own names', () => {
    expect(
      findVariableReferences({
        StartAt: 'Map',
        States: {
          Map: { Type: 'Map', ItemsPath: '$a', ItemProcessor: inner('Each') },
          Both: { Type: 'Parallel', Branches: [inner('Left'), inner('Right')] },
        },
      }),
    ).toEqual({ Map: ['a'], Each: ['c'], Left: ['c'], Right: ['c'] });
  });
});
