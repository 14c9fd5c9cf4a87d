import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DatasetRejected } from '../../api/rules/index.ts';
import type {
  DatasetContract,
  FolderFiles,
  InspectionRequest,
  Manifest,
  QuarantineRecord,
} from '../../events/index.ts';
import { inspectDataset } from './inspect.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { MAXIMUM_DATASET_BYTES } from './open-records.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const contract: DatasetContract = {
  columns: [
    { name: 'sex', type: 'category', values: ['F', 'I', 'M'] },
    { name: 'length', type: 'number', minimum: 0, maximum: 2 },
    { name: 'weight', type: 'number', minimum: 0, optional: true },
    { name: 'rings', type: 'integer', minimum: 0, maximum: 100 },
  ],
  label: 'rings',
  header: false,
  delimiter: ',',
  lineEnds: 'lf',
  byteOrderMark: 'refuse',
  minimumRows: 2,
};

const goodRows = 'M,0.455,0.514,15\nF,0.53,,9\nI,.33,1e-1,7\n';

/** Counts of bins, with one in each of these. */
function onesAt(...bins: readonly number[]): number[] {
  const counts = Array.from({ length: (bins.at(-1) ?? 0) + 1 }, () => 0);
  for (const bin of bins) counts[bin] = 1;
  return counts;
}

type Content = string | Buffer | Readable | Error;

class MemoryStore implements ObjectStore {
  readonly written = new Map<string, unknown>();
  readonly sizeBytes: number | undefined;
  readonly #content: Content;

  constructor(content: Content, sizeBytes?: number) {
    this.#content = content;
    this.sizeBytes = sizeBytes;
  }

  async open(): Promise<StoredObject> {
    const { sizeBytes } = this;
    if (this.#content instanceof Error) throw this.#content;
    if (this.#content instanceof Readable) return { body: this.#content, sizeBytes };
    return { body: Readable.from([Buffer.from(this.#content)]), sizeBytes };
  }

  async readFiles(): Promise<FolderFiles> {
    throw new Error('there is no folder');
  }

  async writeJson({ key }: { key: string }, value: unknown): Promise<void> {
    this.written.set(key, value);
  }
}

const recordKey = 'quarantine/abalone/d.json';

async function inspect(
  content: Content,
  changes: Partial<DatasetContract> = {},
  sizeBytes?: number,
) {
  const store = new MemoryStore(content, sizeBytes);
  const request: InspectionRequest = {
    project: 'abalone',
    datasetId: 'd',
    contract: { ...contract, ...changes },
    sources: [{ bucket: 'b', key: 'incoming/abalone/x.csv', versionId: 'v' }],
    manifest: { bucket: 'b', key: 'runs/abalone/d/manifest.json' },
    record: { bucket: 'b', key: recordKey },
    dataset: { id: 'd', key: 'incoming/abalone/x.csv' },
    execution: 'arn:e',
    requestedAt: '2026-11-20T10:00:00.000Z',
  };
  const reply = await inspectDataset(request, store);
  return {
    reply,
    manifest: store.written.get('runs/abalone/d/manifest.json') as Manifest,
    record: store.written.get(recordKey) as QuarantineRecord | undefined,
  };
}

function datedRows(dates: readonly string[]): string {
  return dates.map((date, index) => `"${date}",${index}\n`).join('');
}

describe('inspection', () => {
  it('accepts good rows and writes a manifest with digest, counts and ranges', async () => {
    const { reply, manifest } = await inspect(goodRows);

    const sha256 = createHash('sha256').update(goodRows).digest('hex');
    expect(reply).toEqual({ accepted: true, rowCount: 3, sha256, sizeBytes: goodRows.length });
    expect(manifest).toEqual({
      version: 1,
      project: 'abalone',
      datasetId: 'd',
      sources: [
        {
          bucket: 'b',
          key: 'incoming/abalone/x.csv',
          versionId: 'v',
          sizeBytes: goodRows.length,
          sha256,
        },
      ],
      sha256,
      rowCount: 3,
      header: false,
      delimiter: ',',
      label: 'rings',
      columns: [
        {
          ...contract.columns[0],
          missing: 0,
          distinctValues: 3,
          frequentValues: ['M', 'F', 'I'].map((value) => ({ value, count: 1 })),
          otherValues: 0,
        },
        {
          ...contract.columns[1],
          missing: 0,
          observedMinimum: 0.33,
          observedMaximum: 0.53,
          histogram: { from: 42 / 128, width: 1 / 128, counts: onesAt(0, 16, 25) },
        },
        {
          ...contract.columns[2],
          missing: 1,
          observedMinimum: 0.1,
          observedMaximum: 0.514,
          histogram: { from: 6 / 64, width: 1 / 64, counts: onesAt(0, 26) },
        },
        {
          ...contract.columns[3],
          missing: 0,
          observedMinimum: 7,
          observedMaximum: 15,
          histogram: { from: 7, width: 1, counts: onesAt(0, 2, 8) },
        },
      ],
    });
  });

  it('names the twenty most frequent values of a column, and counts the others', async () => {
    const [sex, ...rest] = contract.columns;
    const rows = Array.from({ length: 60 }, (_, index) => `v${index % 25},0.4,0.5,${index % 9}\n`);
    const { values: _declared, ...free } = sex as { readonly name: string; values?: unknown };

    const { manifest } = await inspect(rows.join(''), {
      columns: [{ ...free, type: 'category' }, ...rest],
    });

    const { frequentValues, otherValues } = manifest.columns[0] as {
      readonly frequentValues: readonly { readonly value: string; readonly count: number }[];
      readonly otherValues: number;
    };
    expect(frequentValues).toHaveLength(20);
    expect(frequentValues[0]).toEqual({ value: 'v0', count: 3 });
    expect(frequentValues.reduce((sum, { count }) => sum + count, otherValues)).toBe(60);
    expect(otherValues).toBe(10);
  });

  it.each([
    ['a header', true, 'a,b,y\n1,x,1\n2,x,\n3,x,0\n', undefined],
    ['a header without it', true, 'a,b\n1,x\n2,x\n3,x\n', undefined],
    ['no header', false, '1,x,1\n2,x,\n3,x,0\n', undefined],
    ['no header and without it', false, '1,x\n2,x\n3,x\n', undefined],
    ['another name', true, 'a,b,z\n1,x,1\n', 'missing y'],
    ['another label', false, '1,x,1\n2,x,yes\n', 'line 2, column y'],
    ['a row without it', false, '1,x,1\n2,x\n', 'line 2: 2 fields, expected 3'],
    ['a row that alone has it', false, '1,x\n2,x,1\n', 'line 2: 3 fields, expected 2'],
  ])('takes a derived label behind the columns: %s', async (_what, header, content, reason) => {
    const { reply, manifest } = await inspect(content, {
      header,
      label: 'y',
      labelColumn: 'last',
      problem: 'binary',
      columns: [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'category' },
      ],
      minimumRows: 1,
    });

    if (reason === undefined) {
      expect(reply).toMatchObject({ accepted: true, rowCount: 3 });
      expect(manifest.labelColumn).toBe('last');
      expect(manifest.columns.map(({ name }) => name)).toEqual(['a', 'b']);
    } else expect(reply).toMatchObject({ reason: expect.stringContaining(reason) as unknown });
  });

  it('reads quoted fields', async () => {
    const { reply } = await inspect('"M","0.455",0.514,15\n"F",0.53,"",9\n');

    expect(reply).toMatchObject({ accepted: true, rowCount: 2 });
  });

  it('takes the texts that mean a missing value for missing', async () => {
    const columns = contract.columns.map((column) => ({
      ...column,
      optional: true,
      missingValues: ['?', '-1'],
    }));

    const { reply, manifest } = await inspect('?,-1,?,15\nM,0.4,,9\n', { columns });

    expect(reply).toMatchObject({ accepted: true, rowCount: 2 });
    expect(manifest.columns).toEqual([
      {
        ...columns[0],
        missing: 1,
        distinctValues: 1,
        frequentValues: [{ value: 'M', count: 1 }],
        otherValues: 0,
      },
      {
        ...columns[1],
        missing: 1,
        observedMinimum: 0.4,
        observedMaximum: 0.4,
        histogram: { from: 0.4, width: 0, counts: [1] },
      },
      { ...columns[2], missing: 2 },
      {
        ...columns[3],
        missing: 0,
        observedMinimum: 9,
        observedMaximum: 15,
        histogram: { from: 9, width: 1, counts: [1, 0, 0, 0, 0, 0, 1] },
      },
    ]);
  });

  it('takes them exactly as they are written', async () => {
    const columns = contract.columns.map((column) => ({
      ...column,
      optional: true,
      missingValues: ['-1'],
    }));

    const { reply } = await inspect(`M,-1.0,1,15\n${goodRows}`, { columns });

    expect(reply).toMatchObject({
      problems: [{ examples: ['line 1, column length: the value is below 0'] }],
    });
  });

  it('refuses them in the label and in columns that are not optional', async () => {
    const columns = contract.columns.map((column) => ({ ...column, missingValues: ['?'] }));

    const { reply } = await inspect(`${goodRows}?,0.4,?,?\n`, { columns });

    expect(reply).toMatchObject({
      problems: [
        {
          rule: 'missing value',
          count: 2,
          examples: [
            'line 4, column sex: the value means a missing value',
            'line 4, column rings: the value means a missing value',
          ],
        },
      ],
    });
  });

  it('counts rows under a declared header', async () => {
    const { reply } = await inspect(`sex,length,weight,rings\n${goodRows}`, { header: true });

    expect(reply).toMatchObject({ accepted: true, rowCount: 3 });
  });

  it('accepts Windows text where the project does', async () => {
    const text = `\uFEFF${goodRows.replaceAll('\n', '\r\n')}`;

    const { reply } = await inspect(text, { lineEnds: 'any', byteOrderMark: 'accept' });

    expect(reply).toMatchObject({ accepted: true, rowCount: 3 });
  });

  it.each<[string, Content, Partial<DatasetContract>, string]>([
    ['an empty file', '', {}, 'The file is empty'],
    ['blank lines only', '\n\n\n', {}, 'The file is empty'],
    ['too few rows', 'M,1,1,1\n', {}, 'has 1 rows, the project wants at least 2'],
    [
      'a header where none is declared',
      `sex,length,weight,rings\n${goodRows}`,
      {},
      'The first line is a header, but the project declares none',
    ],
    [
      'another header where none is declared',
      `Sex,Length (m),Weight,Rings\n${goodRows}`,
      {},
      'The first line is a header',
    ],
    [
      'no header where one is declared',
      goodRows,
      { header: true },
      'The first line is a row, but the project declares a header',
    ],
    [
      'a header that lacks a column',
      `sex,length,rings\n${goodRows}`,
      { header: true },
      'missing weight',
    ],
    [
      'a header in another order',
      `length,sex,weight,rings\n${goodRows}`,
      { header: true },
      'another order',
    ],
    [
      'a wrong delimiter',
      goodRows.replaceAll(',', ';'),
      {},
      'separated by ";", the project says ","',
    ],
    ['gzip', gzipSync(goodRows), {}, 'The file is gzip data'],
    ['a spreadsheet', Buffer.from('PK\u0003\u0004rest'), {}, 'a zip file'],
    ['UTF-16', Buffer.from(`\uFEFF${goodRows}`, 'utf16le'), {}, 'UTF-16'],
    [
      'binary content',
      Buffer.concat([Buffer.from('M,1'), Buffer.from([0, 1, 2])]),
      {},
      'zero bytes',
    ],
    ['Latin 1 text', Buffer.from('M,1,1,1\né,1,1,1\n', 'latin1'), {}, 'not UTF-8'],
    ['a byte order mark', `\uFEFF${goodRows}`, {}, 'byte order mark'],
    ['Windows line ends', goodRows.replaceAll('\n', '\r\n'), {}, 'CR LF'],
    ['a line break in quotes', `M,"1\n1",1,1\n${goodRows}`, {}, 'Line 1 is not well-formed CSV'],
    ['a quote that is never closed', `M,"1,1,1\n${goodRows}`, {}, 'not well-formed CSV'],
    [
      'an object that is gone',
      new DatasetRejected('The object was deleted before it was read.'),
      {},
      'deleted before it was read',
    ],
  ])('rejects %s', async (_what, content, changes, reason) => {
    const { reply, manifest } = await inspect(content, changes);

    expect(reply).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) });
    expect(manifest).toBeUndefined();
  });

  it.each<[string, string, string, string]>([
    ['a missing column', 'M,0.4,15\n', 'missing columns', 'line 4: 3 fields, expected 4'],
    ['an extra column', 'M,0.4,1,15,9\n', 'extra columns', 'line 4: 5 fields, expected 4'],
    [
      'a word for a number',
      'M,abc,1,15\n',
      'wrong type',
      'line 4, column length: "abc" is not a number',
    ],
    [
      'a hexadecimal number',
      'M,0x1f,1,15\n',
      'wrong type',
      'line 4, column length: "0x1f" is not a number',
    ],
    [
      'an infinite number',
      'M,1e999,1,15\n',
      'wrong type',
      'line 4, column length: "1e999" is not a number',
    ],
    [
      'a fraction for an integer',
      'M,0.4,1,1.5\n',
      'wrong type',
      'line 4, column rings: "1.5" is not a whole number',
    ],
    [
      'a value below the range',
      'M,-1,1,15\n',
      'out of range',
      'line 4, column length: "-1" is below 0',
    ],
    [
      'a value above the range',
      'M,0.4,1,101\n',
      'out of range',
      'line 4, column rings: "101" is above 100',
    ],
    [
      'an unknown category',
      'X,0.4,1,15\n',
      'unknown value',
      'line 4, column sex: "X" is none of F, I, M',
    ],
    ['an empty field', 'M,,1,15\n', 'missing value', 'line 4, column length: the field is empty'],
    ['an empty label', 'M,0.4,1,\n', 'missing value', 'line 4, column rings: the field is empty'],
  ])('names the place of %s', async (_what, row, rule, example) => {
    const { reply, record } = await inspect(goodRows + row);

    const place = example.replace(/: ".*" is/, ': the value is');
    const problem = { rule, count: 1 };
    expect(reply).toEqual({
      accepted: false,
      reason: `1 field or row is not as the project says; first: ${place}.`,
      problems: [{ ...problem, examples: [place] }],
    });
    expect(record?.problems).toEqual([{ ...problem, examples: [example] }]);
  });

  it('names the first few places and counts the rest', async () => {
    const { reply } = await inspect('M,abc,1,15\n'.repeat(1000));

    expect(reply).toMatchObject({
      reason: expect.stringMatching(/^1000 fields or rows are not as the project says/),
      problems: [{ rule: 'wrong type', count: 1000, examples: { length: 20 } }],
    });
  });

  it('takes white space around numbers, and around other fields where scripts strip it', async () => {
    const rows = 'M, 0.455 ,0.514,15\nF,0.53,  ,\t9\n';

    const { manifest } = await inspect(rows);
    const kept = await inspect(` M,1,1,15\n${rows}`);
    const stripped = await inspect(` M,1,1,15\n${rows}`, { whiteSpace: 'strip' });

    expect(manifest.columns).toMatchObject([
      {},
      { observedMinimum: 0.455 },
      { missing: 1 },
      { observedMinimum: 9 },
    ]);
    expect(kept.reply).toMatchObject({ problems: [{ rule: 'unknown value', count: 1 }] });
    expect(stripped.manifest.columns).toMatchObject([{ distinctValues: 2 }, {}, {}, {}]);
  });

  it('hands on what scripts need to know', async () => {
    const facts = {
      problem: 'regression',
      encoding: 'utf-8',
      decimal: '.',
      missingLabel: 'set-aside',
      exclude: [{ column: 'sex', values: ['I'] }],
      split: { groupBy: 'sex', validationShare: 0.2, testShare: 0.1, seed: 3 },
    } satisfies Partial<DatasetContract>;

    const { manifest } = await inspect(`${goodRows}F,1,1,\nM,1,1,3\n`, {
      ...facts,
    });

    expect(manifest).toMatchObject({ ...facts, rowCount: 5, excludedRows: 1 });
    expect(manifest.columns[3]).toMatchObject({ missing: 1, observedMinimum: 3 });
    expect(Object.keys(manifest)).not.toContain('minimumRows');
  });

  it('judges no field of rows that are left out', async () => {
    const { reply } = await inspect(`${goodRows}I,bad,bad,bad\n`, {
      exclude: [{ column: 'sex', values: ['I'] }],
    });

    expect(reply).toMatchObject({ accepted: true, rowCount: 4 });
  });

  it('judges no field of a column that the model does not see', async () => {
    const columns = contract.columns.map((column) =>
      column.name === 'length' ? { ...column, ignore: true } : column,
    );

    const { reply } = await inspect('M,anything,1,3\nF,,1,4\n', { columns });

    expect(reply).toMatchObject({ accepted: true, rowCount: 2 });
  });

  it.each<[string, Buffer, Partial<DatasetContract>]>([
    ['UTF-16 of Windows', Buffer.from(`\uFEFF${goodRows}`, 'utf16le'), { encoding: 'utf-16' }],
    [
      'UTF-16 of other machines',
      Buffer.from(`\uFEFF${goodRows}`, 'utf16le').swap16(),
      { encoding: 'utf-16' },
    ],
    ['windows-1252', Buffer.from(goodRows, 'latin1'), { encoding: 'windows-1252' }],
  ])('reads %s', async (_what, bytes, changes) => {
    const { reply } = await inspect(bytes, changes);

    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(reply).toEqual({ accepted: true, rowCount: 3, sha256, sizeBytes: bytes.length });
  });

  it('reads the characters of windows-1252, also when a chunk ends inside a line', async () => {
    const [, ...others] = contract.columns;
    const columns = [{ name: 'sex', type: 'category' as const, values: ['€', 'ä'] }, ...others];
    const bytes = Buffer.from([0x80, ...Buffer.from(',1,1,3\n'), 0xe4, ...Buffer.from(',1,1,4\n')]);
    const body = Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]);

    const { reply } = await inspect(body, { columns, encoding: 'windows-1252' });

    expect(reply).toMatchObject({ accepted: true, rowCount: 2 });
  });

  it.each<[string, Partial<DatasetContract>, string, number]>([
    ['decimal commas', { delimiter: ';', decimal: ',' }, 'M;0,5;1;3\nF;1,25;1;4\n', 1.25],
    ['groups of digits', { thousands: ',', delimiter: ';' }, 'M;1,234.5;1;3\nF;1;1;4\n', 1234.5],
    [
      'both',
      { delimiter: ';', decimal: ',', thousands: '.' },
      'M;1.234.567,5;1;3\nF;1;1;4\n',
      1_234_567.5,
    ],
    ['an affix', { delimiter: ';' }, 'M;€ 0.5;1;3\nF;+1.25 €;1;4\nF;-€2;1;4\nF;1;1;4\n', 1.25],
  ])('reads numbers with %s', async (_what, changes, text, maximum) => {
    const columns = contract.columns.map(({ maximum: _maximum, minimum: _minimum, ...column }) => ({
      ...column,
      ...(column.type === 'number' ? { affix: '€' } : {}),
    }));

    const { manifest } = await inspect(text, { ...changes, columns });

    expect(manifest.columns[1]).toMatchObject({ observedMaximum: maximum });
  });

  const MARKS_HINT =
    'is not a number; the project\'s numbers have the decimal mark "," and "." between thousands: see dataset.decimal and dataset.thousands';

  it.each<[string, string, string]>([
    ['a point where the comma is the mark', '1.5', MARKS_HINT],
    ['a group of two digits', '1.23,5', MARKS_HINT],
    [
      'an affix that the project does not have',
      '1,5 %',
      'is not a number; a text that stands before or after each number can be the affix of the column',
    ],
  ])('refuses %s', async (_what, text, expected) => {
    const { record } = await inspect(`M;${text};1;3\nF;1;1;4\n`, {
      delimiter: ';',
      decimal: ',',
      thousands: '.',
    });

    expect(record?.problems).toEqual([
      { rule: 'wrong type', count: 1, examples: [`line 1, column length: "${text}" ${expected}`] },
    ]);
  });

  // The dates are those that Python 3.12 takes and refuses: datetime.strptime(text, format).
  it.each<[string, readonly string[], readonly string[]]>([
    [
      '%Y-%m-%d',
      ['2024-02-29', '1999-1-3'],
      ['2023-02-29', '2024-13-01', '24-01-01', '2024/01/01'],
    ],
    ['%d.%m.%Y', ['29.02.2024', '1.1.2020'], ['31.04.2020', '2020-01-01', '32.1.2020']],
    ['%d %b %y', ['03 Feb 21', '3 feb 21'], ['30 Feb 21', '3 Fob 21', '3 February 21']],
    ['%B %d, %Y', ['May 3, 2020'], ['Mai 3, 2020']],
    ['%Y-%m-%dT%H:%M:%S', ['2024-01-01T23:59:59'], ['2024-01-01T24:00:00']],
  ])('reads dates of the format %s', async (format, good, bad) => {
    const columns = [
      { name: 'day', type: 'date' as const, format },
      { name: 'rings', type: 'integer' as const },
    ];

    const accepted = await inspect(datedRows([...good, ...good]), { columns });
    const refused = await inspect(datedRows(bad), { columns, minimumRows: 1 });

    expect(accepted.reply).toMatchObject({ accepted: true });
    expect(refused.reply).toMatchObject({ problems: [{ rule: 'wrong type', count: bad.length }] });
  });

  it('says which field of the column to set where a text means a missing value', async () => {
    const { record } = await inspect(`${goodRows}M,NA,1,3\n`);

    expect(record?.problems[0]?.examples).toEqual([
      'line 4, column length: "NA" is not a number; if it means a missing value, list it in missingValues of the column and set optional',
    ]);
  });

  it('names the line of a byte that is not text, also far from the start of a chunk', async () => {
    const bytes = Buffer.concat([
      Buffer.from('M,1,1,3\n'.repeat(119)),
      Buffer.from('M,1,1,\xe9\n', 'latin1'),
    ]);

    const { reply } = await inspect(bytes);

    expect(reply).toMatchObject({
      reason: expect.stringContaining('The file is not UTF-8 text: line 120 holds bytes'),
    });
  });

  it('blames the delimiter, not the quotes, where both are wrong', async () => {
    const { reply } = await inspect('"M";0,4;1;15\n');

    expect(reply).toMatchObject({ reason: expect.stringContaining('separated by ";"') });
  });

  it('takes white space around the names of a header', async () => {
    const { reply } = await inspect(` sex,length , weight ,rings\n${goodRows}`, { header: true });

    expect(reply).toMatchObject({ accepted: true, rowCount: 3 });
  });

  it.each<[string, string, Partial<DatasetContract>, string]>([
    [
      'one label only',
      'M,1,1,3\nF,1,1,3\n',
      { problem: 'regression' },
      'The label rings is the same in all rows',
    ],
    [
      'three classes of a binary problem',
      'M,1,1,0\nF,1,1,1\nF,1,1,2\n',
      { problem: 'binary' },
      'The label rings has 3 different values, a binary problem has two',
    ],
    [
      'a label that the objective does not take',
      'M,1,1,1\nF,1,1,2\n',
      { problem: 'binary', labels: ['0', '1'] },
      'line 2, column rings: the value is none of the labels 0, 1',
    ],
    [
      'too few rows after those that are left out',
      'M,1,1,1\nF,1,1,\nI,1,1,2\n',
      { missingLabel: 'set-aside', exclude: [{ column: 'sex', values: ['I'] }] },
      'has 1 rows (1 by dataset.exclude and 1 without a label are left out), the project wants at least 2',
    ],
  ])('refuses %s', async (_what, text, changes, reason) => {
    const { reply } = await inspect(text, changes);

    expect(reply).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) });
  });

  it('quotes values in the record only, where there is all about the refusal', async () => {
    const secrets = ['secret1', 'secret2', 'secret3', '4242424242'];
    const [sex, length, weight, rings] = secrets;

    const { reply, record } = await inspect(`${goodRows}${sex},${length},${weight},${rings}\n`);

    for (const secret of secrets) {
      expect(JSON.stringify(reply)).not.toContain(secret);
      expect(JSON.stringify(record)).toContain(secret);
    }
    expect(record).toEqual({
      project: 'abalone',
      dataset: { id: 'd', key: 'incoming/abalone/x.csv' },
      reason:
        '4 fields or rows are not as the project says; first: line 4, column sex: the value is none of F, I, M.',
      problems: [
        {
          rule: 'unknown value',
          count: 1,
          examples: ['line 4, column sex: "secret1" is none of F, I, M'],
        },
        {
          rule: 'wrong type',
          count: 2,
          examples: [
            'line 4, column length: "secret2" is not a number',
            'line 4, column weight: "secret3" is not a number',
          ],
        },
        {
          rule: 'out of range',
          count: 1,
          examples: ['line 4, column rings: "4242424242" is above 100'],
        },
      ],
      execution: 'arn:e',
      recordedAt: '2026-11-20T10:00:00.000Z',
    });
  });

  it.each<[string, string, Partial<DatasetContract>]>([
    ['a row where a header should be', 'secret,secret,secret,secret\n', { header: true }],
    ['a header with a name too many', `sex,length,weight,secret\n${goodRows}`, { header: true }],
    ['a broken quote', `M,"secret,1,1\n`, {}],
    ['a row with a field too many', `${goodRows}secret,1,1,1,1\n`, {}],
    ['a value that means nothing', `${goodRows}M,1,1,secret\n`, {}],
    ['a wrong delimiter', 'secret;1;1;1\n', {}],
    ['a byte that is no text', `M,1,1,secret\0\n`, {}],
    ['too few rows', 'M,1,1,42\n', {}],
  ])('repeats nothing of %s', async (_what, content, changes) => {
    const { reply } = await inspect(content, changes);

    expect(reply.accepted).toBe(false);
    expect(JSON.stringify(reply)).not.toContain('secret');
  });

  it('shows the first forty characters of a value, and twenty of the values there may be', async () => {
    const values = Array.from({ length: 200 }, (_, index) => `v${index}`);
    const [sex, ...others] = contract.columns;
    const columns = [{ ...sex, name: 'sex', type: 'category' as const, values }, ...others];

    const { record } = await inspect(`${'x'.repeat(1_000)},1,1,1\nv1,1,1,1\n`, { columns });

    const [problem] = record?.problems ?? [];
    expect(problem?.examples).toEqual([
      `line 1, column sex: "${'x'.repeat(40)}…" is none of ${values.slice(0, 20).join(', ')} and 180 more`,
    ]);
  });

  it('names fifty of the columns of a wide project', async () => {
    const columns = Array.from({ length: 300 }, (_, index) => ({
      name: `c${index}`,
      type: 'number' as const,
    }));

    const { reply } = await inspect('x,y\n1,2\n', { columns, label: 'c0', header: true });

    expect(reply).toMatchObject({
      reason: expect.stringMatching(
        /^The header is not the project's: missing (c\d+, ){49}c49 and 250 more; 2 unknown\. Expected: (c\d+, ){49}c49 and 250 more\.$/,
      ),
    });
  });

  it('counts different values up to a thousand', async () => {
    const columns = [{ name: 'id', type: 'category' as const }, ...contract.columns.slice(3)];
    const text = Array.from({ length: 3_000 }, (_, index) => `n${index % 2_500},1\n`).join('');

    const { manifest } = await inspect(text, { columns });

    expect(manifest.columns[0]).toMatchObject({ distinctValues: 1_000 });
  });

  // S3 copies up to 5 GB in one request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
  it('takes what S3 can copy, and refuses a byte more before it reads it', async () => {
    let asked = 0;
    const body = Readable.from(repeat(Buffer.from(goodRows), 3, () => (asked += 1)));

    const accepted = await inspect(goodRows, {}, MAXIMUM_DATASET_BYTES);
    const refused = await inspect(body, {}, MAXIMUM_DATASET_BYTES + 1);

    expect(MAXIMUM_DATASET_BYTES).toBe(5_368_709_120);
    expect(accepted.reply).toMatchObject({ accepted: true });
    expect(refused.reply).toMatchObject({
      accepted: false,
      reason: expect.stringContaining(
        'The file has 5368709121 bytes, of at most 5368709120 (5 GiB)',
      ),
    });
    expect(refused.record).toMatchObject({ reason: expect.stringContaining('5368709121') });
    expect(asked).toBe(0);
  });

  it('rejects a line of 50 MB without keeping it', async () => {
    const chunk = Buffer.alloc(64 * 1024, '1');

    const { reply } = await inspect(Readable.from(repeat(chunk, 800)));

    expect(reply).toMatchObject({ reason: expect.stringContaining('longer than 1048576 bytes') });
  });

  it('reads 60 MB in constant memory', async () => {
    const chunk = Buffer.from('M,0.455,0.514,15\n'.repeat(4000));
    const times = Math.ceil((60 * 1024 * 1024) / chunk.length);
    const start = measureHeldBytes();
    const held: number[] = [];
    const measured = Readable.from(
      repeat(chunk, times, () => {
        held.push(measureHeldBytes() - start);
      }),
    );

    const { reply } = await inspect(measured);

    expect(reply).toMatchObject({ accepted: true, rowCount: times * 4000 });
    expect(held.length).toBeGreaterThan(5);
    expect(Math.max(...held)).toBeLessThan(8 * 1024 * 1024);
  }, 120_000);
});

/** What is in use, buffers included; what the process has taken for garbage varies from run to run. */
function measureHeldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function* repeat(chunk: Buffer, times: number, look: () => void = () => undefined) {
  for (let index = 0; index < times; index += 1) {
    if (index % 50 === 0) look();
    yield chunk;
  }
}
