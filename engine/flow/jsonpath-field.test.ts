import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute } from '../testing/index.ts';

/** Runs a Pass state with these fields: returns its output, or its error and cause without the state's name. */
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

describe('a path that finds nothing', () => {
  // The first is recorded on AWS; the others are messages of the same library.
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
    ['$.a[5].b', { a: [1] }, "Property ['b'] not found in path $['a'][5]"],
    // https://github.com/awsdocs/aws-step-functions-developer-guide/pull/5
    ['$.list.length()', { list: [1] }, "Property ['length()'] not found in path $['list']"],
    ['$.a.b', { a: 'x' }, "Property ['b'] not found in path $['a']"],
    ['$.a.b.c', { a: null }, "Property ['b'] not found in path $['a']"],
    ["$.a['b','c']", { a: 5 }, "Property ['b','c'] not found in path $['a']"],
    ['$.a', [], "Property ['a'] not found in path $"],
    // https://gist.github.com/deric4/733eb129a10b13530cebaa3b70031c77
    [
      "$['a', 'b'].v",
      { a: { v: 1 }, b: { v: 2 } },
      "Multi properties can only be used as path leafs: $['a', 'b']",
    ],
    [
      "$.c[*]['a','b'].v",
      { c: [{ a: { v: 1 } }] },
      "Multi properties can only be used as path leafs: $['c'][*]['a', 'b']",
    ],
    ["$.c['a','b'].v", {}, "Missing property in path $['c']"],
    ['$.a[5][0]', { a: [1] }, "The path $['a'][5] is null"],
  ])('%s of %j fails a state: %s', (path, input, reason) => {
    const expected = `States.Runtime: Invalid path '${path}' : ${reason}`;

    expect(pass({ InputPath: path }, input)).toBe(expected);
    expect(pass({ OutputPath: path }, input)).toBe(expected);
  });

  it('into the context object is shown without its first $', () => {
    expect(pass({ InputPath: '$$.Nope' }, {})).toBe(
      "States.Runtime: Invalid path '$.Nope' : No results for path: $['Nope']",
    );
  });

  it.each(['$.a.b', '$.a[5].b', "$['a b']", "$['a','b'].c", '$nope', '$nope.x'])(
    'in a template always has the same message: %s',
    (path) => {
      const input = { a: [1] };

      expect(pass({ Parameters: { 'x.$': path } }, input)).toBe(
        `States.Runtime: The JSONPath '${path}' specified for the field 'x.$' could not be found in the input '{"a":[1]}'`,
      );
    },
  );
});

describe('a path into the context object that finds nothing', () => {
  const shown = JSON.stringify(pass({ InputPath: '$$' }, { a: 1 }));

  // A report of AWS in a public repository, of 30 April 2025, has the context object as the input that '$$.Map.Item…' misses.
  it('is reported with the context object', () => {
    expect(pass({ Parameters: { 'x.$': '$$.Map.Item.Value' } }, { a: 1 })).toBe(
      `States.Runtime: The JSONPath '$$.Map.Item.Value' specified for the field 'x.$' could not be found in the input '${shown}'`,
    );
  });

  it('is reported in an argument too', () => {
    const call = 'States.Array($$.Nope)';

    expect(pass({ Parameters: { 'x.$': call } }, { a: 1 })).toBe(
      `States.Runtime: The function '${call}' had the following error: The JsonPath argument for the field '$$.Nope' could not be found in the input '${shown}'`,
    );
  });
});

describe('a path', () => {
  // https://github.com/floci-io/floci/pull/3167
  it.each(['$.a[1]', '$.a[-2]'])('beyond the end of an array gives null: %s', (path) => {
    expect(pass({ Parameters: { 'x.$': path } }, { a: [1] })).toEqual({ x: null });
    expect(pass({ InputPath: path }, { a: [1] })).toBeNull();
  });

  it('that finds nothing in existing data gives an empty list', () => {
    expect(pass({ InputPath: '$.a[*].b' }, { a: [] })).toEqual([]);
    expect(pass({ Parameters: { 'x.$': '$.a[1:]' } }, {})).toEqual({ x: [] });
  });

  it('with several names at its end gives one object', () => {
    const input = { a: { x: 1 }, b: { x: 2 } };

    expect(pass({ InputPath: "$['a','b','c']" }, input)).toEqual(input);
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
  it('with ! finds items whose member is null or missing', () => {
    const items = [{ b: null }, { b: false }, { c: 1 }];

    expect(pass({ InputPath: '$[?(!@.b)]' }, items)).toEqual([{ b: null }, { c: 1 }]);
    expect(pass({ InputPath: '$[?(@.b)]' }, items)).toEqual([{ b: null }, { b: false }]);
  });

  it('that is missing accepts null', () => {
    expect(pass({}, null)).toBeNull();
    expect(pass({ Parameters: { 'x.$': '$$.Execution.Input' } }, null)).toEqual({ x: null });
  });
});
