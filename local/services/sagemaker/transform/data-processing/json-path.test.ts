import { describe, expect, it } from 'vitest';
import { parseFilterPath, select } from './json-path.ts';

const ROW = ['a', 'b', 'c', 'd', 'e', 'f'];
const RECORD = { id: 7, features: [1, 2, 3], nested: { x: 'y', z: null } };

function filter(text: string, value: unknown): unknown {
  const path = parseFilterPath(text);
  if (path === undefined) throw new Error(`${text} is not a path`);
  return select(path, value);
}

// https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html#data-processing-operators
describe('a filter', () => {
  it.each<[string, unknown, unknown]>([
    ['$', ROW, ROW],
    ['$[0]', ROW, 'a'],
    ['$[-1]', ROW, 'f'],
    ['$[0,-1]', ROW, ['a', 'f']],
    ['$[1:]', ROW, ['b', 'c', 'd', 'e', 'f']],
    ['$[-2:]', ROW, ['e', 'f']],
    ['$[:1]', ROW, ['a', 'b']],
    // The guide counts the end in.
    ['$[1:4]', ROW, ['b', 'c', 'd', 'e']],
    ['$[1:-2]', ROW, ['b', 'c', 'd', 'e']],
    ['$[*]', ROW, ROW],
    ['$.*', RECORD, [7, [1, 2, 3], { x: 'y', z: null }]],
    ['$.features', RECORD, [1, 2, 3]],
    ["$['features']", RECORD, [1, 2, 3]],
    ['$["features"][1]', RECORD, 2],
    ['$.features[1:]', RECORD, [2, 3]],
    ['$.nested.z', RECORD, null],
    ["$['id','nested']", RECORD, { id: 7, nested: { x: 'y', z: null } }],
    ["$[ 'id' , 'id' ]", RECORD, { id: 7 }],
  ])('%s selects', (text, value, expected) => {
    expect(filter(text, value)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['$[6]', ROW],
    ['$[-7]', ROW],
    ['$[0,9]', ROW],
    ['$.other', RECORD],
    ["$['id','other']", RECORD],
    ['$.id.x', RECORD],
    ['$[0]', RECORD],
    ['$.constructor', RECORD],
    ['$[*]', 'text'],
  ])('%s fails for a record without what it selects', (text, value) => {
    expect(() => filter(text, value)).toThrow(
      `The JSONPath ${text} selects something that the record lacks.`,
    );
  });

  it.each(['', 'a', '$.', '$[', '$[a]', '$..a', '$[\'a"]', '$[?(@.a)]', '$[1:2:3]', '$.a b'])(
    '%s is not one',
    (text) => {
      expect(parseFilterPath(text)).toBeUndefined();
    },
  );
});
