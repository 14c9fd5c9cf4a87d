import { expect, it, vi } from 'vitest';
import { compileDefinition, diagnose, parseDefinition } from './definition.ts';
import { InvalidDefinition } from './errors.ts';

const EXPRESSIONS = 2_000;

/** A chain of Pass states that compute something, each another thing. */
function chainOf(count: number, expression: (index: number) => string): string {
  const states = Array.from({ length: count }, (_, index) => [
    `S${index}`,
    {
      Type: 'Pass',
      Output: `{% ${expression(index)} %}`,
      ...(index < count - 1 ? { Next: `S${index + 1}` } : { End: true }),
    },
  ]);
  return JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'S0',
    States: Object.fromEntries(states),
  });
}

it.each([
  ['each another one', (index: number) => `$states.input.a + ${index}`],
  ['all the same', () => '$states.input.a + 1'],
])(
  'thousands of expressions, %s, are judged while others have their turns',
  async (_, expression) => {
    // Others waited for half a second. Each look at the clock takes a millisecond, however fast the machine is.
    let time = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
    let turns = 0;
    const countTurn = () => {
      turns += 1;
      counting = setImmediate(countTurn);
    };
    let counting = setImmediate(countTurn);

    const definition = chainOf(EXPRESSIONS, expression);
    await parseDefinition(definition, 'STANDARD');
    clearImmediate(counting);
    clock.mockRestore();

    // A turn of others after ten milliseconds.
    expect(turns).toBeGreaterThan(EXPRESSIONS / 20);
  },
);

it('an expression that is wrong is found among them', async () => {
  const definition = chainOf(50, (index) => (index === 40 ? '$states.input.' : `${index}`));

  const diagnostics = await diagnose(definition, 'STANDARD');
  const refusal = parseDefinition(definition, 'STANDARD');

  expect(diagnostics).toEqual([
    expect.objectContaining({
      code: 'INVALID_JSONATA_EXPRESSION',
      location: '/States/S40/Output',
    }),
  ]);
  await expect(refusal).rejects.toThrow(InvalidDefinition);
});

it('a definition that was accepted by an earlier version is refused by name where it cannot be run', () => {
  expect(() => compileDefinition('{"StartAt":"A","States":{"A":{"Type":"NoSuchType"}}}')).toThrow(
    InvalidDefinition,
  );
});
