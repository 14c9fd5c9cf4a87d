import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runOwnCases } from './own-cases.ts';
import { renderTable } from './table.ts';

const cases = runOwnCases();

it('agrees with AWS in every case of this repository', () => {
  expect(cases.filter(({ verdict }) => !verdict.L1)).toEqual([]);
});

it.each(['engine/README.md', 'docs/conformance.md'])('has as many cases as %s claims', (page) => {
  const claimed = cases.length.toLocaleString('en');

  expect(readFileSync(page, 'utf8')).toContain(claimed);
});

it('shows in the table how many agree, and how many have a level', () => {
  const table = renderTable([
    { group: 'a', name: '1', verdict: { L1: true, L2: true } },
    { group: 'a', name: '2', verdict: { L1: true } },
    { group: 'b', name: '3', verdict: { L1: false, L2: false } },
  ]);

  expect(table.split('\n').slice(2)).toEqual([
    '| a | 2 | 2/2 | 1/1 |',
    '| b | 1 | 0/1 | 0/1 |',
    '| all | 3 | 2/3 | 1/2 |',
  ]);
});
