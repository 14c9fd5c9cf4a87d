import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, jsonBytes, parse } from './index.ts';
import { writeJson } from './json-numbers.ts';
import { numberOf } from './number-as-written.ts';
import { parseDocument } from './parse-json.ts';
import { execute } from './testing/index.ts';

/** Numbers that `JSON.parse` changes to …67000, null and 1. */
const odd = '{"n":12345678901234567890,"x":1e400,"f":[1.0,-0,1.50,{"deep":0.10}],"a.b":"1.0"}';

describe('a document', () => {
  it.each([
    odd,
    '[]',
    '{}',
    '1.0',
    '-0',
    '1e400',
    '12345678901234567890',
    '"1.0"',
    'null',
    '[1.0,[],{"":1E5}]',
    '{"text":"1.0 \\"[{,","__proto__":{"n":2.0},"ü\\u0001":[[1e-7],null,true]}',
    '{"at":"2026-01-01T00:00:00.000Z","n":1}',
  ])('%s is written in its original spelling', (text) => {
    expect(writeJson(parseDocument(text))).toBe(text);
    expect(JSON.stringify(parseDocument(text))).toBe(JSON.stringify(JSON.parse(text)));
    expect(jsonBytes(parseDocument(text))).toBe(Buffer.byteLength(text));
  });

  it('keeps the spelling of every JSON number', () => {
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
        expect(writeJson(parseDocument(text))).toBe(`{"a":${number},"b":[${number},${number}]}`);
        const alone = parseDocument(`${space}${number}${space}`);
        expect([writeJson(alone), numberOf(alone)]).toEqual([number, JSON.parse(number)]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('drops white space, and keeps the last of several members with the same name', () => {
    expect(writeJson(parseDocument(' { "a" : 1.0 , "a" : 2 ,\n "b" : [ 1.0 , 2 ] } '))).toBe(
      '{"a":2,"b":[1.0,2]}',
    );
  });
});

/** A state that passes numbers on: its fields, input and output, as text. */
type Passing = readonly [name: string, fields: string, input: string, output: string];

const item = '{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}';
const jsonata = '"Type":"Pass","QueryLanguage":"JSONata"';

const passing: readonly Passing[] = [
  ['a Pass', '"Type":"Pass"', odd, odd],
  ['a Pass of one number', '"Type":"Pass"', '1.0', '1.0'],
  ['Result', '"Type":"Pass","Result":{"a":1.0,"b":[1e400]}', '{}', '{"a":1.0,"b":[1e400]}'],
  ['Result of one number', '"Type":"Pass","Result":1.0,"ResultPath":"$.r"', '{}', '{"r":1.0}'],
  ['InputPath', '"Type":"Pass","InputPath":"$.f"', odd, '[1.0,-0,1.50,{"deep":0.10}]'],
  ['InputPath to a number', '"Type":"Pass","InputPath":"$.n"', odd, '12345678901234567890'],
  ['OutputPath to several', '"Type":"Pass","OutputPath":"$.f[0:3]"', odd, '[1.0,-0,1.50]'],
  ['a filter', '"Type":"Pass","OutputPath":"$.f[?(@ > 1)]"', '{"f":[1.0,2.0]}', '[2.0]'],
  [
    'ResultPath',
    '"Type":"Pass","Result":"r","ResultPath":"$.f[3].r"',
    odd,
    odd.replace('0.10}', '0.10,"r":"r"}'),
  ],
  [
    'Parameters',
    '"Type":"Pass","Parameters":{"c":1.0,"l":[2.0],"n.$":"$.n","all.$":"$"}',
    '{"n":12345678901234567890}',
    '{"c":1.0,"l":[2.0],"n":12345678901234567890,"all":{"n":12345678901234567890}}',
  ],
  ['Map', `"Type":"Map","ItemProcessor":${item}`, '[1.0,{"q":2.0}]', '[1.0,{"q":2.0}]'],
  [
    'ItemSelector',
    `"Type":"Map","ItemsPath":"$.l","ItemSelector":{"i.$":"$$.Map.Item.Value","v.$":"$.v"},"ItemProcessor":${item}`,
    '{"l":[1.0],"v":3.0}',
    '[{"i":1.0,"v":3.0}]',
  ],
  ['Parallel', `"Type":"Parallel","Branches":[${item}]`, '1.0', '[1.0]'],
  [
    'intrinsic functions',
    '"Type":"Pass","Parameters":{"s.$":"States.JsonToString($.o)","m.$":"States.JsonMerge($.o, $.p, false)","a.$":"States.Array($.o.y)","j.$":"States.StringToJson($.t)","f.$":"States.Format(\'{} {}\', $.o.y, $.big)","i.$":"States.MathAdd($.o.y, 1)"}',
    '{"o":{"y":2.0},"p":{"z":3.0},"t":"{\\"k\\":4.0}","big":12345678901234567890}',
    '{"s":"{\\"y\\":2.0}","m":{"y":2.0,"z":3.0},"a":[2.0],"j":{"k":4.0},"f":"2.0 12345678901234567890","i":3}',
  ],
  ['a JSONata document', `${jsonata},"Output":"{% $states.input %}"`, odd, odd],
  [
    // An expression computes with JavaScript's numbers, as AWS does with doubles.
    'a JSONata template',
    `${jsonata},"Output":{"o":"{% $states.input.o %}","c":1.0,"sum":"{% $sum($states.input.l) %}","p":"{% $parse('{\\"k\\":1.0}') %}"}`,
    '{"o":{"y":2.0},"l":[1.0,2.0]}',
    '{"o":{"y":2.0},"c":1.0,"sum":3,"p":{"k":1.0}}',
  ],
];

describe('an execution passes numbers on in their original spelling', () => {
  it.each(passing)('through %s', (_, fields, input, output) => {
    const { machine } = parse(`{"StartAt":"A","States":{"A":{${fields},"End":true}}}`);
    if (machine === undefined) throw new Error('the definition is invalid');

    const execution = execute(machine, parseDocument(input));

    expect(writeJson(execution.output)).toBe(output);
  });

  it.each([
    ['Variable', '"Variable":"$.n","NumericEquals":2'],
    ['operand', '"Variable":"$.two","NumericEquals":2.0'],
    ['type', '"Variable":"$.n","IsNumeric":true'],
    ['expression', '"QueryLanguage":"JSONata"', '{% $states.input.n = 2 and $n = 2 %}'],
  ])('computes with them as with any other number: %s', (_, rule, condition?: string) => {
    const language = condition === undefined ? '"JSONPath"' : '"JSONata"';
    const choice = condition === undefined ? rule : `"Condition":"${condition}"`;
    const { machine, diagnostics } = parse(
      `{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"n.$":"$.n"},"Next":"C"},"C":{"Type":"Choice","QueryLanguage":${language},"Choices":[{${choice},"Next":"Yes"}],"Default":"No"},"Yes":{"Type":"Succeed"},"No":{"Type":"Fail"}}}`,
    );
    if (machine === undefined) throw new Error(JSON.stringify(diagnostics));

    expect(execute(machine, parseDocument('{"n":2.0,"two":2}')).status).toBe('SUCCEEDED');
  });

  it('accepts seconds and counts that are written with a fraction of zero', () => {
    const { machine } = parse(
      `{"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$.s","Next":"M"},"M":{"Type":"Map","ItemsPath":"$.l","MaxConcurrencyPath":"$.c","ItemProcessor":${item},"End":true}}}`,
    );
    if (machine === undefined) throw new Error('the definition is invalid');

    const { output, status } = execute(machine, parseDocument('{"s":2.0,"l":[1.0],"c":1.0}'));

    expect([status, writeJson(output as Json)]).toEqual(['SUCCEEDED', '[1.0]']);
  });
});
