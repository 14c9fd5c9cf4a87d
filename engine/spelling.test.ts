import { describe, expect, it } from 'vitest';
import { parse } from './index.ts';
import { parseJson } from './parse-json.ts';
import { readJson, writeJson } from './spelling.ts';
import { execute } from './testing/index.ts';

/** Issue 8, row 5.15: given back as …67000, null and 1. */
const odd = '{"n":12345678901234567890,"x":1e400,"f":[1.0,-0,1.50,{"deep":0.10}],"a.b":"1.0"}';

describe('a document', () => {
  it.each([
    odd,
    '[]',
    '{}',
    '[1.0,[],{"":1E5}]',
    '{"text":"1.0 \\"[{,","__proto__":{"n":2.0},"ü\\u0001":[[1e-7],null,true]}',
    '{"at":"2026-01-01T00:00:00.000Z","n":1}',
  ])('%s is written as it was read', (text) => {
    expect(writeJson(readJson(text))).toBe(text);
    expect(JSON.stringify(readJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('loses white space, and keeps the last of members with one name', () => {
    expect(writeJson(readJson(' { "a" : 1.0 , "a" : 2 ,\n "b" : [ 1.0 , 2 ] } '))).toBe(
      '{"a":2,"b":[1.0,2]}',
    );
  });
});

describe('an execution gives numbers on as they were written', () => {
  const expression = { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input %}' };

  it.each([
    ['a Pass', { Type: 'Pass' }, odd],
    ['an expression', expression, odd],
    ['InputPath', { Type: 'Pass', InputPath: '$.f' }, '[1.0,-0,1.50,{"deep":0.10}]'],
    ['Parameters', { Type: 'Pass', Parameters: { 'in.$': '$' } }, `{"in":${odd}}`],
    [
      'ResultPath',
      { Type: 'Pass', Result: 'r', ResultPath: '$.f[3].r' },
      odd.replace('0.10}', '0.10,"r":"r"}'),
    ],
  ])('through %s', (_, state, expected) => {
    const definition = { StartAt: 'A', States: { A: { ...state, End: true } } };
    const { machine } = parse(JSON.stringify(definition));
    if (machine === undefined) throw new Error('the definition is refused');

    const { output } = execute(machine, parseJson(odd));

    expect(writeJson(output)).toBe(expected);
  });
});
