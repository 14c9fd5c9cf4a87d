import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute } from '../testing/index.ts';

/** A document as large as a state's input may be. */
const input: Json = {
  list: Array.from({ length: 20_000 }, (_, index) => index),
  members: Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, index])),
  text: 'a'.repeat(50_000),
};

function causeOf(expression: string): string | undefined {
  const { machine } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Compute',
      States: { Compute: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } },
    }),
  );
  if (machine === undefined) throw new Error('The definition was refused; nothing was run.');
  const { cause } = execute(machine, input);
  return cause?.replace(/^.*threw an error during evaluation/, '');
}

const tooSlow = ': Expression evaluation timeout: Check for infinite loop';
const tooLarge = ': Expression evaluation memory limit exceeded: Check for excessive memory usage';

describe('an expression', () => {
  it.each([
    '$string($states.input)',
    '$states.input.members = $merge([$states.input.members])',
    '$keys($states.input.members)',
    '$spread($states.input.members)',
    '$sort($states.input.list)',
    '$distinct($states.input.list)',
    '$average($states.input.list)',
    '$partition($states.input.list, 1)',
    '$zip($states.input.list, $states.input.list)',
    '$substring($states.input.text, 1)',
    '$states.input.members ~> |$|{}|',
    '$fromMillis($turn)',
    "$formatNumber($turn, '#,##0.00')",
    '[1..20000]',
  ])('that does too much in a loop is ended: %s', (work) => {
    expect(causeOf(`$count($map([1..300000], function($turn) { ${work} }))`)).toBe(tooSlow);
  });

  it.each(["$pad('', 1e9)", "$pad('', -1e8, 'ab')", '[1..10000000]', '$range(0, 1e9, 1)'])(
    'that would make too much is ended before it does: %s',
    (work) => {
      expect(causeOf(work)).toBe(tooLarge);
    },
  );

  it('finds what is distinct among many', () => {
    expect(causeOf('$count($distinct([1..100000])) = 100000 ? 1 : $error()')).toBeUndefined();
  });
});
