import { describe, expect, it } from 'vitest';
import type { DatasetContract, RowsRequest } from '../../events/index.ts';
import { inspectRows } from './inspect-rows.ts';
import { MemoryStore } from './memory-store.testing.ts';

const contract: DatasetContract = {
  columns: [
    { name: 'sex', type: 'category', values: ['F', 'I', 'M'] },
    { name: 'length', type: 'number', minimum: 0, maximum: 2 },
    { name: 'note', type: 'text', optional: true },
    { name: 'rings', type: 'integer', minimum: 0, maximum: 100 },
  ],
  label: 'rings',
  problem: 'regression',
  header: false,
  delimiter: ',',
  lineEnds: 'lf',
  byteOrderMark: 'refuse',
  minimumRows: 100,
};

async function inspect(content: string | Buffer, changes: Partial<DatasetContract> = {}) {
  const store = new MemoryStore({ source: content });
  const request: RowsRequest = {
    project: 'abalone',
    batchId: 'b',
    contract: { ...contract, ...changes },
    source: { bucket: 'bucket', key: 'source', versionId: 'v' },
    rows: { bucket: 'bucket', key: 'rows' },
    rejected: { bucket: 'bucket', key: 'rejected' },
    record: { bucket: 'bucket', key: 'record' },
    batch: { id: 'b', key: 'source' },
    execution: 'arn:e',
    requestedAt: '2026-11-30T02:00:00.000Z',
  };
  const reply = await inspectRows(request, store);
  return { reply, store, rows: store.objects.get('rows'), rejected: store.objects.get('rejected') };
}

describe('inspecting rows to be scored', () => {
  it('keeps good rows in their order, as they stand in the file', async () => {
    const { reply, rows, store } = await inspect('M,0.4,\nF, 0.5 ,"a, b"\nI,.3,x\n');

    expect(rows).toBe('M,0.4,\nF, 0.5 ,"a, b"\nI,.3,x\n');
    expect(reply).toEqual({
      accepted: true,
      goodRows: 3,
      badRows: 0,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      labelIndex: -1,
      problems: [],
    });
    expect(store.objects.has('rejected')).toBe(false);
  });

  it('sets bad rows aside with their lines and all reasons', async () => {
    const { reply, rows, rejected } = await inspect(
      'M,0.4,\n\nX,9,"say ""hi"", twice"\nF,0.5\nF,abc,\nI,"0.3,x\nI,0.3,last',
    );

    expect(rows).toBe('M,0.4,\nI,0.3,last\n');
    expect(rejected).toBe(
      [
        'line,reasons,row',
        '3,"line 3, column sex: ""X"" is none of F, I, M; line 3, column length: ""9"" is above 2","X,9,""say """"hi"""", twice"""',
        '4,"line 4: 2 fields, expected 3","F,0.5"',
        '5,"line 5, column length: ""abc"" is not a number","F,abc,"',
        '6,"line 6: is not well-formed CSV: a quote is not closed on the line, or stands inside a field. Rows may not span lines: remove line breaks inside quotes.","I,""0.3,x"',
        '',
      ].join('\n'),
    );
    expect(reply).toMatchObject({ accepted: true, goodRows: 2, badRows: 4 });
    // A history has no values.
    expect(JSON.stringify(reply)).not.toContain('abc');
    expect(reply.problems).toEqual([
      {
        rule: 'unknown value',
        count: 1,
        examples: ['line 3, column sex: the value is none of F, I, M'],
      },
      { rule: 'out of range', count: 1, examples: ['line 3, column length: the value is above 2'] },
      { rule: 'missing columns', count: 1, examples: ['line 4: 2 fields, expected 3'] },
      {
        rule: 'wrong type',
        count: 1,
        examples: ['line 5, column length: the value is not a number'],
      },
      {
        rule: 'not CSV',
        count: 1,
        examples: [expect.stringMatching(/^line 6: is not well-formed CSV/) as unknown],
      },
    ]);
  });

  it.each([
    ['first', 0, 'rings,sex,length,note', '7,M,0.4,"a,b"'],
    ['last', 3, 'sex,length,note,rings', 'M,0.4,"a,b",not a label'],
  ])('does not look at a label that is the %s column', async (_where, labelIndex, header, row) => {
    const columns = header
      .split(',')
      .flatMap((name) => contract.columns.find((column) => column.name === name) ?? []);

    const { reply, rows } = await inspect(`${header}\n${row}\n`, { columns, header: true });

    expect(rows).toBe('M,0.4,"a,b"\n');
    expect(reply).toMatchObject({ accepted: true, goodRows: 1, labelIndex });
  });

  it('takes a header without the label', async () => {
    const { reply, rows } = await inspect('sex,length,note\nM,0.4,\n', { header: true });

    expect(rows).toBe('M,0.4,\n');
    expect(reply).toMatchObject({ accepted: true, goodRows: 1, labelIndex: -1 });
  });

  it('tells by the first row that can be read whether the file has labels', async () => {
    const { reply, rows } = await inspect('M\nM,0.4,\nF,0.5,,7\n');

    expect(rows).toBe('M,0.4,\n');
    expect(reply).toMatchObject({
      labelIndex: -1,
      problems: [
        {
          rule: 'missing columns',
          examples: [
            'line 1: 1 field, expected 3, or 4 with the label; the project separates fields by ",": see dataset.delimiter',
          ],
        },
        { rule: 'extra columns', examples: ['line 3: 4 fields, expected 3'] },
      ],
    });
  });

  it.each([
    ['M,0.4,a,0\nF,0.5,b,\nI,0.6,c\n', 3, 2],
    ['M,0.4,a\nF,0.5,b\nI,0.6,c,1\n', -1, 2],
  ])(
    'takes a file with or without a label that is derived: %j',
    async (content, labelIndex, good) => {
      const { reply } = await inspect(content, {
        columns: contract.columns.slice(0, 3),
        label: 'shrinks',
        labelColumn: 'last',
      });

      expect(reply).toMatchObject({ accepted: true, goodRows: good, badRows: 1, labelIndex });
    },
  );

  it('sets aside what training leaves out', async () => {
    const exclude = [{ column: 'sex', values: ['I'] }];

    const { reply, rejected } = await inspect('M,0.4,\nI,0.3,\n', { exclude });

    expect(rejected).toContain('2,line 2: is left out by dataset.exclude of the project,"I,0.3,"');
    expect(reply).toMatchObject({ goodRows: 1, badRows: 1 });
  });

  it.each<[string, string | Buffer, Partial<DatasetContract>, RegExp]>([
    ['an empty file', '', {}, /^The file is empty: it holds no row/],
    ['a file of blank lines', '\n\n', {}, /^The file is empty/],
    ['a header alone', 'sex,length,note\n', { header: true }, /^The file is empty/],
    [
      'only bad rows',
      'X,1,\nF,3,\n',
      {},
      /^None of the 2 rows can be scored; first: line 1, column sex/,
    ],
    ['another header', 'a,b,c\nM,1,\n', { header: true }, /^The header is not the project's/],
    ['an undeclared header', 'sex,length,note\nM,1,\n', {}, /^The first line is a header/],
    ['another delimiter', 'M;1;\n', {}, /^The fields are separated by ";"/],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0]), {}, /^The file is gzip data/],
  ])('refuses %s', async (_what, content, changes, reason) => {
    const { reply, store, rows } = await inspect(content, changes);

    expect(reply).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(reason) as unknown,
    });
    expect(store.json('record')).toMatchObject({
      project: 'abalone',
      dataset: { id: 'b' },
      execution: 'arn:e',
    });
    expect(rows).toBeUndefined();
    expect(store.objects.has('rejected')).toBe(false);
  });

  it('quotes values of a refused file in the record only', async () => {
    const { reply, store } = await inspect('secret,1,\n');

    expect(JSON.stringify(reply)).not.toContain('secret');
    expect(JSON.stringify(store.json('record'))).toContain('secret');
  });
});
