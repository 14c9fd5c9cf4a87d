import { expect, it } from 'vitest';
import { jacksonCharacter, jacksonSource } from './jackson.ts';

// https://github.com/FasterXML/jackson-core/blob/2.18/src/main/java/com/fasterxml/jackson/core/base/ParserMinimalBase.java
it.each([
  ['\u0000', '(CTRL-CHAR, code 0)'],
  ['\u001f', '(CTRL-CHAR, code 31)'],
  [' ', "' ' (code 32)"],
  ['~', "'~' (code 126)"],
  ['\u007f', '(CTRL-CHAR, code 127)'],
  ['\u009f', '(CTRL-CHAR, code 159)'],
  ['\u00a0', "'\u00a0' (code 160)"],
  ['ÿ', "'ÿ' (code 255)"],
  ['Ā', "'Ā' (code 256 / 0x100)"],
])('names the character %j as Jackson does', (character, name) => {
  expect(jacksonCharacter(character)).toBe(name);
});

it('repeats at most 500 characters of the source', () => {
  const whole = jacksonSource('x'.repeat(500), 1, 2);
  const cut = jacksonSource('x'.repeat(503), 1, 2);

  expect(whole).toBe(`[Source: (String)"${'x'.repeat(500)}"; line: 1, column: 2]`);
  expect(cut).toBe(`[Source: (String)"${'x'.repeat(500)}"[truncated 3 chars]; line: 1, column: 2]`);
});
