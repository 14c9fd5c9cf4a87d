import { describe, expect, it } from 'vitest';
import { expandWord, expandWords } from './expand.ts';

const variables = new Map([
  ['name', 'value'],
  ['empty', ''],
  ['path', 'a/b/c.tar.gz'],
  ['spaces', 'one  two'],
]);

/** https://docs.docker.com/reference/dockerfile/#environment-replacement */
describe('environment replacement', () => {
  it.each([
    ['$name', 'value'],
    ['${name}_x', 'value_x'],
    ['$name_x', ''],
    ['$unset', ''],
    ['\\$name', '$name'],
    ['\\${name}', '${name}'],
    ["'$name'", '$name'],
    ['"$name"', 'value'],
    ['"\\$name"', '$name'],
    ['"a\\b\\"c"', 'a\\b"c'],
    ['a\\ b', 'a b'],
    ['${unset:-word}', 'word'],
    ['${empty:-word}', 'word'],
    ['${empty-word}', ''],
    ['${name:-word}', 'value'],
    ['${unset:-${name}}', 'value'],
    ['${unset:-$unset}', ''],
    ['${name:+word}', 'word'],
    ['${unset:+word}', ''],
    ['${empty:+word}', ''],
    ['${empty+word}', 'word'],
    ['${name:?text}', 'value'],
    ['${path#*/}', 'b/c.tar.gz'],
    ['${path##*/}', 'c.tar.gz'],
    ['${path%.*}', 'a/b/c.tar'],
    ['${path%%.*}', 'a/b/c'],
    ['${path/\\//-}', 'a-b/c.tar.gz'],
    ['${path//\\//-}', 'a-b-c.tar.gz'],
    ['${path/b?c/x}', 'a/x.tar.gz'],
    ['${name#x}', 'value'],
    ['$5x$@', 'x'],
    ['cost: $', 'cost: $'],
    ['trailing\\', 'trailing'],
  ])('%s is %s', (text, expected) => {
    expect(expandWord(text, variables)).toBe(expected);
  });

  it.each([
    ['${name', '} is missing'],
    ['${name:-word', '} is missing'],
    ['${}', '${} is not a substitution'],
    ['${:-a}', '${: is not a substitution'],
    ['${name:=x}', 'Dockerfiles have no substitution ${name:=…}'],
    ['${name^^}', 'Dockerfiles have no substitution ${name^…}'],
    ['${unset:?set it}', 'unset: set it'],
    ['${unset?}', 'unset: it must not be unset'],
    ['${empty:?}', 'empty: it must not be empty'],
    ['"open', 'the closing double quote is missing'],
    ["'open", 'the closing single quote is missing'],
    ['${path/\\x/y}', 'the escape \\x is not valid in a pattern'],
  ])('refuses %s', (text, message) => {
    expect(() => expandWord(text, variables)).toThrow(message);
  });

  it('splits words after the replacement, except within quotes', () => {
    expect(expandWords('a$spaces b', variables)).toEqual(['aone', 'two', 'b']);
    expect(expandWords('"$spaces" b', variables)).toEqual(['one  two', 'b']);
  });

  it('escapes with ` where the directive says so', () => {
    expect(expandWord('C:\\x`$name', variables, { escape: '`' })).toBe('C:\\x$name');
  });

  it('ends for a pattern that matches in very many ways', () => {
    const long = new Map([['a', 'a'.repeat(20_000)]]);

    expect(expandWord(`\${a%${'*a'.repeat(50)}b}`, long)).toHaveLength(20_000);
    expect(() => expandWord('${a//*b/x}', long)).toThrow('too many steps');
  });
});
