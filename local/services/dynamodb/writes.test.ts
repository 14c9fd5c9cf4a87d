import { describe, expect, it } from 'vitest';
import { parseWrite } from './writes.ts';

describe('a write', () => {
  // Its permissions ask for it before it runs, and an item may have a hundred thousand values.
  it('is parsed once', () => {
    const input = { TableName: 'table', Item: { id: { S: 'a' } } };

    expect(parseWrite('put', input)).toBe(parseWrite('put', input));
  });

  it('is refused with the same error each time', () => {
    const input = { TableName: 'table', Item: { id: { NS: ['1', '1'] } } };

    expect(() => parseWrite('put', input)).toThrow('Input collection contains duplicates.');
    expect(() => parseWrite('put', input)).toThrow('Input collection contains duplicates.');
  });
});
