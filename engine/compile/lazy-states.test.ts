import { expect, test } from 'vitest';
import { StatesError } from '../states-error.ts';
import { compileMachine } from './machine.ts';

const definition = {
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% 1 + 1 %}', Next: 'B' },
    B: { Type: 'Pass', InputPath: '$[', End: true },
    C: 'no state',
  },
};

test('a state is compiled once, when it is first requested', () => {
  const { states } = compileMachine(definition);

  expect(states.get('A')).toMatchObject({ type: 'Pass', name: 'A', next: 'B' });
  expect(states.get('A')).toBe(states.get('A'));
});

test('a state that cannot be compiled is an error of the Amazon States Language', () => {
  const { states } = compileMachine(definition);

  expect(() => states.get('B')).toThrow(StatesError);
  expect(() => states.get('B')).toThrow("The state 'B' cannot be compiled: ");
});

test.each(['C', 'D', 'constructor', '__proto__'])('rejects the unknown state %s', (name) => {
  expect(compileMachine(definition).states.get(name)).toBeUndefined();
});

test('a state of an unknown type is found before the execution starts', () => {
  const States = { A: { Type: 'toString' } };

  expect(() => compileMachine({ StartAt: 'A', States })).toThrow(TypeError);
});
