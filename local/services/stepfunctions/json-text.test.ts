import { describe, expect, it } from 'vitest';
import { parseJsonText } from './json-text.ts';

const cases: readonly (readonly [text: string, problem: string])[] = [
  ['', 'Invalid execution input.'],
  [
    'not some json',
    "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
  ],
  [
    "{'not': 'json'",
    "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
  ],
  [
    '{"a" 1}',
    "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
  ],
  ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
  [
    '{"a": 1',
    'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a": 1"; line: 1, column: 1])',
  ],
  [' ', 'Invalid execution input.'],
  ['"abc', 'Unexpected end-of-input: was expecting closing quote for a string value'],
  ['01', 'Invalid numeric value: Leading zeroes not allowed'],
  [
    '"a\nb"',
    'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value',
  ],
  ['"\\x"', "Unrecognized character escape 'x' (code 120)"],
  [
    '{"a":1,}',
    "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
  ],
];

describe('parseJsonText', () => {
  it.each(cases)('reports the problem of %j as AWS does', (text, problem) => {
    expect(parseJsonText(text)).toEqual({ valid: false, problem });
  });

  it.each(['null', '2', '"text"', '{"a":[1,{"b":null}]}'])('reads %s', (text) => {
    expect(parseJsonText(text)).toEqual({ valid: true, value: JSON.parse(text) });
  });
});
