import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readParquet } from './parquet-items.ts';

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];

function open(bytes: Uint8Array) {
  return {
    byteLength: bytes.byteLength,
    read: async (start: number, end: number | undefined) => bytes.slice(start, end),
  };
}

async function itemsOf(columnData: Columns, rowGroupSize = 2): Promise<unknown[]> {
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
  const items: unknown[] = [];
  for await (const item of readParquet(open(bytes), 'file')) items.push(item);
  return items;
}

// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
describe('the items of a Parquet file', () => {
  it.each<[type: string, column: Columns[number], values: readonly unknown[]]>([
    ['texts', { name: 'c', data: ['a', ''], type: 'STRING' }, ['a', '']],
    ['booleans', { name: 'c', data: [true, false], type: 'BOOLEAN' }, [true, false]],
    ['numbers', { name: 'c', data: [1.5, -0.25], type: 'DOUBLE' }, [1.5, -0.25]],
    [
      'numbers that JSON does not have',
      { name: 'c', data: [Number.NaN, Number.POSITIVE_INFINITY], type: 'DOUBLE' },
      [null, null],
    ],
    ['64-bit integers', { name: 'c', data: [1n, -2n], type: 'INT64' }, [1, -2]],
    ['nothing', { name: 'c', data: ['a', undefined], type: 'STRING', nullable: true }, ['a', null]],
    [
      'times',
      { name: 'c', data: [new Date(0), new Date(1_500)], type: 'TIMESTAMP' },
      ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:01.500Z'],
    ],
    [
      'JSON',
      { name: 'c', data: [{ a: [1, { b: null }] }, { a: [] }], type: 'JSON' },
      [{ a: [1, { b: null }] }, { a: [] }],
    ],
  ])('hold %s', async (_, column, values) => {
    expect(await itemsOf([column])).toEqual(values.map((c) => ({ c })));
  });

  it('keep their order over the row groups', async () => {
    const data = Array.from({ length: 7 }, (_, index) => index);

    expect(await itemsOf([{ name: 'n', data, type: 'INT32' }], 3)).toEqual(
      data.map((n) => ({ n })),
    );
  });

  it('hold dates without a time', async () => {
    const schema = [
      { name: 'root', num_children: 1 },
      {
        name: 'd',
        type: 'INT32' as const,
        converted_type: 'DATE' as const,
        repetition_type: 'REQUIRED' as const,
      },
    ];
    const columnData = [{ name: 'd', data: [0, 20_000] }];
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, schema }));
    const items: unknown[] = [];
    for await (const item of readParquet(open(bytes), 'file')) items.push(item);

    expect(items).toEqual([{ d: '1970-01-01' }, { d: '2024-10-04' }]);
  });

  it('are none of another file', async () => {
    const items = readParquet(open(Buffer.from('id,name\n1,a\n')), 'none.parquet');

    await expect(items.next()).rejects.toThrow(/^Unable to read the Parquet file none\.parquet: /);
  });
});
