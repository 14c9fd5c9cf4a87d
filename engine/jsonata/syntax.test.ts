import { readFileSync } from 'node:fs';
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

// AWS's documentation names version 2.0.6:
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
it('uses the version of JSONata that AWS runs', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };

  expect(devDependencies['jsonata']).toBe('2.0.6');
});

// Users report that AWS refuses both: https://repost.aws/questions/QUjbMZmvsUSP-L54CZCpycFg.
describe('of the operators that came after JSONata 2.0.6', () => {
  it.each([
    ['$a ?? 1', '?'],
    ['$a ?: 1', ':'],
    ['$a[$b ?? 1].{"c": $d}', '?'],
    ['function($x){ $x ?: 1 }', ':'],
    ['?? 1', '?'],
  ])('%s is refused', (text, symbol) => {
    expect(problemOf(text)).toBe(`The symbol "${symbol}" cannot be used as a unary operator`);
  });

  it.each(['"??" & \'?:\'', '$match($a, /(?:b)??/)', '/* a ?? b ?: c */ $a', '$f(?, ?)'])(
    '%s has none',
    (text) => {
      expect(problemOf(text)).toBe('none');
    },
  );
});

it('refuses a tree that is too deep to compile', () => {
  expect(() => parseSyntax(`${'-('.repeat(900)}1${')'.repeat(900)}`)).toThrow(RangeError);
});

function textOf(characters: number): string {
  return `"${'a'.repeat(characters - 2)}"`;
}

// Parsing a megabyte kept other clients waiting for half a second.
it('refuses a text that takes long to be parsed, by name', () => {
  expect(parseSyntax(textOf(131_072)).type).toBe('string');
  expect(() => parseSyntax(textOf(131_073))).toThrow(
    'The expression has 131073 characters, and stepmill parses at most 131072',
  );
});
