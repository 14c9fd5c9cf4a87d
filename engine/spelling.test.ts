import * as fc from 'fast-check';
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

  it('keeps every number that JSON can spell', () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}$/);
    const spelled = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.stringMatching(/^(0|[1-9][0-9]{0,20})$/),
        fc.option(digits),
        fc.option(fc.stringMatching(/^[eE][+-]?[0-9]{1,3}$/)),
      )
      .map(([sign, whole, part, power]) =>
        [sign, whole, part === null ? '' : `.${part}`, power ?? ''].join(''),
      );
    fc.assert(
      fc.property(spelled, fc.constantFrom('', ' ', '\n'), (number, space) => {
        const text = `{"a":${space}${number}${space},"b":[${number},${number}]}`;
        expect(writeJson(readJson(text))).toBe(`{"a":${number},"b":[${number},${number}]}`);
      }),
      { numRuns: 2_000 },
    );
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
