import { describe, expect, test } from 'vitest';
import { parseJsonPath, tryParseJsonPath } from './parse.ts';
import { isDefinite, isReferencePath } from './path.ts';
import { renderJsonPath } from './render.ts';

describe('a path', () => {
  test.each([
    ['$', '$', true, true],
    ['$$', '$$', true, true],
    ['$.a.b', "$['a']['b']", true, true],
    ['$.delivery-partner', "$['delivery-partner']", true, true],
    ["$['a b'][0]", "$['a b'][0]", true, true],
    ['$["a"]', "$['a']", true, true],
    ['$$.Execution.Id', "$$['Execution']['Id']", true, true],
    ['$bucket', '$bucket', true, true],
    ['$obj.a[0]', "$obj['a'][0]", true, true],
    ['$.a[-1]', "$['a'][-1]", true, true],
    ["$['a','b']", "$['a','b']", true, false],
    ['$[0, 2]', '$[0,2]', false, false],
    ['$.a[1:3]', "$['a'][1:3]", false, false],
    ['$.a[:-1]', "$['a'][:-1]", false, false],
    ['$.a[2:]', "$['a'][2:]", false, false],
    ['$.a[*].b', "$['a'][*]['b']", false, false],
    ['$.*', '$[*]', false, false],
    ['$..a', "$..['a']", false, false],
    ['$..*', '$..[*]', false, false],
    ['$.a.length()', "$['a']['length()']", true, true],
    ['$.u[?(@.status == 0)]', "$['u'][?(@['status'] == 0)]", false, false],
    [
      "$.u[?(@.a && !(@.b == 'x' || @.c))]",
      "$['u'][?(@['a'] && !(@['b'] == 'x' || @['c']))]",
      false,
      false,
    ],
    ['$.u[?(@.a =~ /x.*/i)]', "$['u'][?(@['a'] =~ /x.*/i)]", false, false],
    ['$.Labels[?(@.Name==Receipt)]', "$['Labels'][?(@['Name'] == 'Receipt')]", false, false],
    ['$$.Execution.Name ', "$$['Execution']['Name']", true, true],
    ["$.u[?(@.a in ['x','y'])]", `$['u'][?(@['a'] in ["x","y"])]`, false, false],
    [
      String.raw`$.u[?(@.a in ["x\"]", "[", "\\"])]`,
      String.raw`$['u'][?(@['a'] in ["x\"]","[","\\"])]`,
      false,
      false,
    ],
  ])('%s reads as %s', (text, normal, definite, reference) => {
    const path = parseJsonPath(text);

    expect(renderJsonPath(path)).toBe(normal);
    expect(parseJsonPath(normal)).toEqual(path);
    expect([isDefinite(path), isReferencePath(path)]).toEqual([definite, reference]);
  });

  test('a backslash in a quoted name escapes a quote and a backslash, and is literal before other characters', () => {
    expect(parseJsonPath(String.raw`$['Test\""Name"']`).steps).toEqual([
      { kind: 'properties', names: [String.raw`Test\""Name"`] },
    ]);
    expect(parseJsonPath(String.raw`$['a\'b\\c']`).steps).toEqual([
      { kind: 'properties', names: [String.raw`a'b\c`] },
    ]);
  });

  test.each([
    '',
    'a',
    '$.',
    '$..',
    '$.a.',
    '$[',
    "$['a",
    '$[a]',
    '$.a b',
    '$[?(@.a ==)]',
    '$x y',
    '@.a',
    '$.a[?(1)]',
    '$[0]x',
  ])('%j is refused', (text) => {
    expect(tryParseJsonPath(text)).toBeUndefined();
  });

  test('a filter that is nested too deeply is refused without a crash', () => {
    expect(tryParseJsonPath(`$[?(${'('.repeat(100_000)}`)).toBeUndefined();
  });
});
