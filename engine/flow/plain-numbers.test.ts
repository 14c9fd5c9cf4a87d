import { expect, it } from 'vitest';
import { parseDocument } from '../parse-json.ts';
import { plainNumbers } from './plain-numbers.ts';

it('converts a document once for all expressions that read it', () => {
  let reads = 0;
  const items = Array.from({ length: 100 }, () => ({
    get item() {
      reads += 1;
      return 1;
    },
  }));
  expect(plainNumbers(parseDocument('[1.0]'))).toEqual([1]);

  expect(plainNumbers(items)).toBe(items);
  for (let turn = 0; turn < 10; turn += 1) plainNumbers({ input: items });

  expect(reads).toBe(100);
});
