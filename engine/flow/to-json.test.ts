import { expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { JsonTooDeep, MAXIMUM_JSON_LEVELS } from '../parse-json.ts';
import { toJson } from './to-json.ts';

/** Lists within each other; the innermost is empty. */
const nested = (levels: number): readonly Json[] =>
  Array.from({ length: levels }).reduce<readonly Json[]>((inner) => [inner], []);

// Jackson's StreamWriteConstraints, which AWS's error names.
it('writes a document of a thousand levels, and refuses one more', () => {
  expect(toJson(nested(MAXIMUM_JSON_LEVELS - 1))).toEqual(nested(MAXIMUM_JSON_LEVELS - 1));
  expect(() => toJson(nested(MAXIMUM_JSON_LEVELS))).toThrow(JsonTooDeep);
});
