import { describe, expect, it } from 'vitest';
import { readShellCommands } from './shell-commands.ts';

const variables = new Map([['DIR', '/srv/app']]);
const words = (text: string) => readShellCommands(text, variables).map((command) => command.words);

describe('shell commands', () => {
  it.each<[string, readonly (readonly string[])[]]>([
    ['a b', [['a', 'b']]],
    ['a && b; c\nd', [['a'], ['b'], ['c'], ['d']]],
    ['a "x && y" \'z; w\'', [['a', 'x && y', 'z; w']]],
    ['mkdir $DIR "${DIR}/x y"', [['mkdir', '/srv/app', '/srv/app/x y']]],
    ['a\\ b c\\;d', [['a b', 'c;d']]],
    ['rm -f x || true', [['rm', '-f', 'x']]],
    ['a > /dev/null 2>&1', [['a']]],
    ['a 2>/dev/null && b', [['a'], ['b']]],
    ['# comment\n\nset -ex\n', [['set', '-ex']]],
  ])('%j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('takes variables for one program', () => {
    const [command] = readShellCommands('A=1 B="2 3" pip install x', variables);

    expect([...(command?.variables ?? [])]).toEqual([
      ['A', '1'],
      ['B', '2 3'],
    ]);
    expect(command?.words).toEqual(['pip', 'install', 'x']);
  });

  it.each([
    ['curl x | sh', 'a pipe or || is not read'],
    ['a || b', 'a pipe or || is not read'],
    ['echo a > b', 'a redirection is not read'],
    ['a $(b)', 'the output of another command is not read'],
    ['a "`b`"', 'the output of another command is not read'],
    ['(a)', 'a subshell is not read'],
    ['a & b', 'a command in the background is not read'],
    ['if true; then b; fi', '"if" of the shell is not read'],
    ['for x in y; do z; done', '"for" of the shell is not read'],
    ['a "b', 'the closing double quote is missing'],
  ])('refuses %j', (text, message) => {
    expect(() => readShellCommands(text, variables)).toThrow(message);
  });
});
