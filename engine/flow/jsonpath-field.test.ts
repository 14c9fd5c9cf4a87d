import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute } from '../testing/index.ts';

/** What a Pass state with such fields gives: its output, or error and cause without the state's name. */
function pass(fields: object, input: Json): Json | string {
  const definition = { StartAt: 'Pick', States: { Pick: { Type: 'Pass', ...fields, End: true } } };
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) return diagnostics[0]?.message ?? '';
  const { status, output, error, cause } = execute(machine, input);
  if (status === 'SUCCEEDED') return output ?? null;
  const prefix =
    "An error occurred while executing the state 'Pick' (entered at the event id #2). ";
  return `${error}: ${cause?.replace(prefix, '')}`;
}

describe('a path that leads nowhere', () => {
  // The first is recorded, the others are what the same library says beside it.
  it.each<[string, Json, string]>([
    ['$.a', {}, "No results for path: $['a']"],
    ['$.a.b', { a: {} }, "No results for path: $['a']['b']"],
    ['$.a.b', {}, "Missing property in path $['a']"],
    ['$.a.b.c', { a: {} }, "Missing property in path $['a']['b']"],
    ['$.a[0]', {}, "Missing property in path $['a']"],
    ['$.a[*].b', {}, "Missing property in path $['a']"],
    [
      '$.a[0].b',
      { a: 'x' },
      'Filter: [0][\'b\'] can only be applied to arrays. Current context is: "x"',
    ],
    ['$.a[1:]', { a: {} }, 'Filter: [1:] can only be applied to arrays. Current context is: {}'],
    [
      '$.a[?(@.b)]',
      { a: 5 },
      "Filter: [?(@['b'])] can not be applied to primitives. Current context is: 5",
    ],
    [
      '$.a[5].b',
      { a: [1] },
      "Expected to find an object with property ['b'] in path $['a'][5] but found 'null'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
    ],
    ['$.a[5][0]', { a: [1] }, "The path $['a'][5] is null"],
  ])('%s of %j fails a state: %s', (path, input, reason) => {
    const expected = `States.Runtime: Invalid path '${path}' : ${reason}`;

    expect(pass({ InputPath: path }, input)).toBe(expected);
    expect(pass({ OutputPath: path }, input)).toBe(expected);
  });

  it.each([
    [null, 'com.fasterxml.jackson.databind.node.NullNode'],
    [[1], 'com.fasterxml.jackson.databind.node.ArrayNode'],
    ['x', 'com.fasterxml.jackson.databind.node.TextNode'],
    [true, 'com.fasterxml.jackson.databind.node.BooleanNode'],
    [5, 'com.fasterxml.jackson.databind.node.IntNode'],
    [5e9, 'com.fasterxml.jackson.databind.node.LongNode'],
    [1e30, 'com.fasterxml.jackson.databind.node.BigIntegerNode'],
    [5.5, 'com.fasterxml.jackson.databind.node.DoubleNode'],
  ])('through %j is told what stands in its way', (a, name) => {
    expect(pass({ InputPath: '$.a.b' }, { a })).toContain(`but found '${name}'`);
  });

  it('into the context object is shown without its first sign', () => {
    expect(pass({ InputPath: '$$.Nope' }, {})).toBe(
      "States.Runtime: Invalid path '$.Nope' : No results for path: $['Nope']",
    );
  });

  it.each(['$.a.b', '$.a[5].b', "$['a b']", '$$.Nope', '$nope', '$nope.x'])(
    'in a template has one sentence for all: %s',
    (path) => {
      const input = { a: [1] };

      expect(pass({ Parameters: { 'x.$': path } }, input)).toBe(
        `States.Runtime: The JSONPath '${path}' specified for the field 'x.$' could not be found in the input '{"a":[1]}'`,
      );
    },
  );
});

describe('a path', () => {
  // https://github.com/floci-io/floci/pull/3167
  it.each(['$.a[1]', '$.a[-2]'])('beyond the end of an array gives null: %s', (path) => {
    expect(pass({ Parameters: { 'x.$': path } }, { a: [1] })).toEqual({ x: null });
    expect(pass({ InputPath: path }, { a: [1] })).toBeNull();
  });

  it('that finds nothing in what is there gives an empty list', () => {
    expect(pass({ InputPath: '$.a[*].b' }, { a: [] })).toEqual([]);
    expect(pass({ Parameters: { 'x.$': '$.a[1:]' } }, {})).toEqual({ x: [] });
  });

  it('with several names makes one object at its end and several values before', () => {
    const input = { a: { x: 1 }, b: { x: 2 } };

    expect(pass({ InputPath: "$['a','b','c']" }, input)).toEqual(input);
    expect(pass({ InputPath: "$['a','b','c'].x" }, input)).toEqual([1, 2]);
    expect(pass({ InputPath: "$[*]['x','y']" }, input)).toEqual([{ x: 1 }, { x: 2 }]);
  });

  it.each([{ InputPath: '$.a' }, { OutputPath: '$.a' }, { Parameters: { 'x.$': '$' } }])(
    'is not applied to null: %j',
    (fields) => {
      expect(pass(fields, null)).toBe(
        'States.Runtime: Unable to apply Path transformation to null or empty input.',
      );
    },
  );

  // https://github.com/floci-io/floci/pull/3497
  it('finds with ! what is null and what is not there', () => {
    const items = [{ b: null }, { b: false }, { c: 1 }];

    expect(pass({ InputPath: '$[?(!@.b)]' }, items)).toEqual([{ b: null }, { c: 1 }]);
    expect(pass({ InputPath: '$[?(@.b)]' }, items)).toEqual([{ b: null }, { b: false }]);
  });

  it('that is not there lets null pass', () => {
    expect(pass({}, null)).toBeNull();
    expect(pass({ Parameters: { 'x.$': '$$.Execution.Input' } }, null)).toEqual({ x: null });
  });
});
