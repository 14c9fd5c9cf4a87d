import { describe, expect, it } from 'vitest';
import { parse } from './index.ts';
import { jsonBytes } from './json-size.ts';
import { JsonTooDeep, MAXIMUM_JSON_LEVELS, parseJson } from './parse-json.ts';
import { execute } from './testing/index.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** Jackson's message: StreamReadConstraints.java of jackson-core 2.15 and later. */
const tooDeepToRead =
  'Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)';
const tooDeepToWrite = tooDeepToRead.replace('Read', 'Write');

describe('parseJson', () => {
  it.each([
    ['at the maximum depth', nested(MAXIMUM_JSON_LEVELS)],
    ['with brackets in its texts', `["${'['.repeat(5_000)}", "\\"${'{'.repeat(5_000)}\\\\"]`],
    ['long and flat', `[${'[],'.repeat(5_000)}{}]`],
  ])('reads a document %s', (_, text) => {
    expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([1_001, 5_000, 100_000])('refuses one that is %d levels deep', (depth) => {
    const objects = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

    for (const text of [nested(depth), objects, '['.repeat(depth)]) {
      expect(() => parseJson(text)).toThrow(new JsonTooDeep());
      expect(() => parseJson(text)).toThrow(tooDeepToRead);
    }
  });

  it('leaves invalid JSON to the parser', () => {
    expect(() => parseJson(`"${'['.repeat(2_000)}`)).toThrow(SyntaxError);
    expect(() => parseJson(`"${'['.repeat(2_000)}`)).not.toThrow(JsonTooDeep);
  });
});

const looping = (output: object) =>
  JSON.stringify({
    StartAt: 'Nest',
    States: {
      Nest: { Type: 'Pass', Next: 'Again?', ...output },
      'Again?': {
        Type: 'Choice',
        Choices: [{ Variable: '$$.Execution.Name', StringEquals: 'over', Next: 'Over' }],
        Default: 'Nest',
      },
      Over: { Type: 'Succeed' },
    },
  });

describe('the depth of a document in an execution', () => {
  it.each([
    ['ResultPath', { Parameters: { 'a.$': '$' } }],
    ['an expression', { QueryLanguage: 'JSONata', Output: '{% [[$states.input]] %}' }],
  ])('fails it if %s nests a document too deeply', (_, output) => {
    const { machine } = parse(looping(output));
    if (machine === undefined) throw new Error('the definition is invalid');

    const execution = execute(machine, {});

    expect(execution.status).toBe('FAILED');
    expect(execution.cause).toContain(tooDeepToWrite);
  });

  it.each([
    ['a reference path', { ResultPath: `$${'.a'.repeat(5_000)}` }],
    [
      'one expression',
      {
        QueryLanguage: 'JSONata',
        Output: '{% $reduce([1..20000], function($nested, $each) { {"a": $nested} }) %}',
      },
    ],
  ])('fails it if %s alone nests a document too deeply', (_, output) => {
    const { machine } = parse(looping(output));
    if (machine === undefined) throw new Error('the definition is invalid');

    const execution = execute(machine, {});

    expect(execution.status).toBe('FAILED');
  });

  it.each([1_500, 3_000])('limits an expression with %d brackets', (depth) => {
    const Output = `{% ${nested(depth)} %}`;

    const { diagnostics } = parse(looping({ QueryLanguage: 'JSONata', Output }));

    // The message of AWS's parser for brackets that exceed its stack.
    expect(diagnostics.map(({ message }) => message)).toEqual(['Stack overflow error']);
  });

  it('is that of the whole document, also if a part of it was measured before', () => {
    let document: object = {};
    for (let level = 1; level < MAXIMUM_JSON_LEVELS; level += 1) {
      document = { padding: 'x'.repeat(300), document };
      jsonBytes(document as never);
    }

    expect(jsonBytes(document as never)).toBe(JSON.stringify(document).length);
    expect(() => jsonBytes([document] as never)).toThrow(JsonTooDeep);
  });
});
