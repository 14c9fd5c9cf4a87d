import { expect, it } from 'vitest';
import { cellsOf } from './csv-row.ts';

it.each([
  ['1,2,3', ['1', '2', '3']],
  ['', ['']],
  ['a,,b,', ['a', '', 'b', '']],
  ['1,2\r', ['1', '2']],
  ['"a, b",c', ['"a, b"', 'c']],
  ['"say ""a, b""",c', ['"say ""a, b"""', 'c']],
])('the cells of %s keep their text', (line, expected) => {
  expect(cellsOf(line)).toEqual(expected);
});
