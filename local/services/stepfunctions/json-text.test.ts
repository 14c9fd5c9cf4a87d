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
  ['{"a": 1', 'Unexpected end-of-input'],
];

describe('parseJsonText', () => {
  it.each(cases)('tells what is wrong with %j as AWS does', (text, problem) => {
    expect(parseJsonText(text)).toEqual({ valid: false, problem });
  });

  it.each(['null', '2', '"text"', '{"a":[1,{"b":null}]}'])('reads %s', (text) => {
    expect(parseJsonText(text)).toEqual({ valid: true, value: JSON.parse(text) });
  });
});
