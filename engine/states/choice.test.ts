import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import { execute } from '../testing/index.ts';

describe('a Choice in JSONata', () => {
  it.each([
    [true, 'Yes'],
    [false, 'No'],
    ['{% $states.input.go %}', 'Yes'],
  ])('takes the rule whose Condition %j is true', (condition, state) => {
    const { machine } = parse(
      JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'Continue?',
        States: {
          'Continue?': {
            Type: 'Choice',
            Choices: [{ Condition: condition, Next: 'Yes' }],
            Default: 'No',
          },
          Yes: { Type: 'Succeed' },
          No: { Type: 'Succeed' },
        },
      }),
    );
    if (machine === undefined) throw new Error('The definition is invalid.');

    const { states } = execute(machine, { go: true });

    expect(states).toEqual(['Continue?', state]);
  });
});
