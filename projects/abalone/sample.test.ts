import { expect, it } from 'vitest';
import { abalone } from './project.ts';
import { generateAbaloneSample } from './sample.ts';

it('generates rows that the project accepts, the same for the same seed', () => {
  const rows = generateAbaloneSample(7, 500).trimEnd().split('\n');

  expect(generateAbaloneSample(7, 500).trimEnd().split('\n')).toEqual(rows);
  expect(generateAbaloneSample(8, 500).trimEnd().split('\n')).not.toEqual(rows);
  expect(rows).toHaveLength(500);
  for (const row of rows) {
    const fields = row.split(',');
    expect(fields).toHaveLength(abalone.dataset.columns.length);
    for (const [index, column] of abalone.dataset.columns.entries()) {
      const text = fields[index] ?? '';
      expect({ row, column: column.name, fits: fits(column, text) }).toMatchObject({ fits: true });
    }
  }
});

function fits(column: (typeof abalone.dataset.columns)[number], text: string): boolean {
  if (column.type === 'category') return column.values?.includes(text) ?? false;
  if (column.type !== 'number' && column.type !== 'integer') return false;
  return Number(text) >= (column.minimum ?? 0) && Number(text) <= (column.maximum ?? 0);
}
