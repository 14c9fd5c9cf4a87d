import { describe, expect, it } from 'vitest';
import { parseSyntax } from './syntax.ts';

function problemOf(text: string): string {
  try {
    parseSyntax(text);
    return 'none';
  } catch (error) {
    return (error as { readonly message: string }).message;
  }
}

// What version 2.0.6 of the jsonata package itself says to each.
describe('of the operators that came after JSONata 2.0.6', () => {
  it.each([
    ['$a ?? 1', '?'],
    ['$a ?: 1', ':'],
    ['$a?:1', ':'],
    ['$a ?: $b ?? 1', ':'],
    ['$a ?? $b ?: 1', '?'],
    ['$a ? $b ?: 1 : 2', ':'],
    ['$a[$b ?? 1].{"c": $d}', '?'],
    ['function($x){ $x ?: 1 }', ':'],
    ['$a ~> | b | {"c": d ?? 1} |', '?'],
    ['$match("a", /a??/) ?? 1', '?'],
    ['?? 1', '?'],
    ['?: 1', '?'],
  ])('%s is refused', (text, symbol) => {
    expect(problemOf(text)).toBe(`The symbol "${symbol}" cannot be used as a unary operator`);
  });

  it('two placeholders of a call are no exception', () => {
    expect(problemOf('$f(??)')).toBe('Expected ")", got "?"');
  });

  it.each([
    '"??" & \'?:\'',
    '$match($a, /(?:b)??/)',
    '$match($a, /a??/) ? 1 : 2',
    '$contains($a, /(?:b)/) ? /a??/ : /(?:c)/',
    '`a??`.`b?:`',
    '/* a ?? b ?: c */ $a',
    '$a ? ($b ? 1)',
    '$f(?, ?)',
  ])('%s has none', (text) => {
    expect(problemOf(text)).toBe('none');
  });
});
