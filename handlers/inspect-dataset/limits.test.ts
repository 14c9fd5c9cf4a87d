import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  ColumnInspector,
  DatasetRejected,
  dateTest,
  numberReader,
  ProblemList,
  RowInspector,
} from '../../api/rules/index.ts';
import type { DatasetContract } from '../../events/index.ts';
import { ByteGuard, MAXIMUM_LINE_BYTES } from './byte-guard.ts';

const contract: DatasetContract = {
  columns: [
    { name: 'a', type: 'number' },
    { name: 'b', type: 'category' },
  ],
  label: 'a',
  header: false,
  delimiter: ',',
  lineEnds: 'any',
  byteOrderMark: 'accept',
  minimumRows: 1,
};

/** What becomes of the bytes: the text that is passed on, or the reason of the refusal. */
function guarded(bytes: Uint8Array, changes: Partial<DatasetContract> = {}): Promise<string> {
  return guardedPieces([Buffer.from(bytes)], changes);
}

/** The same for bytes that arrive in pieces. */
async function guardedPieces(
  pieces: readonly Buffer[],
  changes: Partial<DatasetContract> = {},
): Promise<string> {
  const guard = new ByteGuard({ ...contract, ...changes }, createHash('sha256'));
  try {
    return await text(Readable.from(pieces).compose(guard));
  } catch (error) {
    return (error as Error).message.slice(0, 60);
  }
}

/** What the problems of one rule are in the reply and in the record. */
function reported(value: string, what = 'is wrong', path?: string): readonly string[] {
  const problems = new ProblemList();
  problems.beginFile(path);
  problems.add('rule', () => ({ place: 'line 1', what, value }));
  return [problems.list(), problems.quote()].map(([problem]) => problem?.examples[0] ?? '');
}

const strptime = JSON.parse(
  readFileSync(new URL('strptime.json', import.meta.url), 'utf8'),
) as readonly (readonly [format: string, date: string, isRead: boolean])[];

describe('a date', () => {
  /** The answers of Python 3's `datetime.strptime`, which reads the column in the containers. */
  it.each(strptime)('of the format %s, %j, is read: %s', (format, date, isRead) => {
    expect(dateTest(format)(date)).toBe(isRead);
  });
});

describe('a file', () => {
  it.each<[string, readonly number[]]>([
    ['gzip data', [0x1f, 0x8b]],
    ['a zip file', [0x50, 0x4b, 0x03, 0x04]],
    ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
    ['Zstandard data', [0x28, 0xb5, 0x2f, 0xfd]],
    ['bzip2 data', [0x42, 0x5a, 0x68]],
    ['a PDF file', [0x25, 0x50, 0x44, 0x46]],
    ['UTF-32 text', [0xff, 0xfe, 0x00, 0x00]],
    ['UTF-32 text', [0x00, 0x00, 0xfe, 0xff]],
    ['UTF-16 text', [0xff, 0xfe]],
    ['UTF-16 text', [0xfe, 0xff]],
  ])('that is %s is recognized by all its first bytes', async (format, bytes) => {
    const rest = [0x31, 0x0a, 0x31, 0x0a];
    expect(await guarded(Uint8Array.from([...bytes, ...rest]))).toContain(`The file is ${format}`);
    for (const [index, byte] of bytes.entries()) {
      const other = Uint8Array.from([...bytes.with(index, byte ^ 1), ...rest]);
      expect(await guarded(other)).not.toContain(`The file is ${format}`);
    }
  });

  it.each([0, 1])('may have lines of a mebibyte, and no byte more: %i', async (more) => {
    const line = Buffer.alloc(MAXIMUM_LINE_BYTES + more, '1');

    const passed = await guarded(Buffer.concat([line, Buffer.from('\n'), line]));

    expect(MAXIMUM_LINE_BYTES).toBe(1_048_576);
    expect(passed.slice(0, 22)).toBe(more === 0 ? '1'.repeat(22) : 'Line 1 is longer than ');
  });

  it.each([
    ['begins with the line end', [MAXIMUM_LINE_BYTES, '\n', MAXIMUM_LINE_BYTES], ''],
    [
      'has the line end with what follows',
      [MAXIMUM_LINE_BYTES, `\n${'1'.repeat(9)}`, MAXIMUM_LINE_BYTES - 9],
      '',
    ],
    [
      'has too much after the line end',
      [1, `\n${'1'.repeat(10)}`, MAXIMUM_LINE_BYTES - 9],
      'Line 2',
    ],
    ['continues with the line', [MAXIMUM_LINE_BYTES, '1'], 'Line 1'],
  ] as const)('measures a line over pieces, where the next %s', async (_what, pieces, refused) => {
    const bytes = pieces.map((piece) =>
      typeof piece === 'number' ? Buffer.alloc(piece, '1') : Buffer.from(piece),
    );

    const passed = await guardedPieces(bytes);

    expect(/^Line \d/.exec(passed)?.[0] ?? '').toBe(refused);
  });

  /** Each byte, by the table of the Encoding Standard: https://encoding.spec.whatwg.org/index-windows-1252.txt. */
  it('of windows-1252 is read as the standard says', async () => {
    const high = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
    for (const [at, character] of Array.from(high).entries()) {
      const isControl = /\p{Cc}/u.test(character);
      const passed = await guarded(Uint8Array.of(0x61, 0x80 + at, 0x62), {
        encoding: 'windows-1252',
      });
      expect(passed).toEqual(
        isControl
          ? expect.stringContaining('is not WINDOWS-1252 text: line 1 holds bytes')
          : `a${character}b`,
      );
    }
    expect(await guarded(Uint8Array.of(0x7f, 0xa0, 0xff), { encoding: 'windows-1252' })).toBe(
      '\u007f\u00a0ÿ',
    );
  });

  it.each([
    ['utf-16le', Buffer.from('\ufeff1,ä\n', 'utf16le')],
    ['utf-16be', Buffer.from('\ufeff1,ä\n', 'utf16le').swap16()],
  ])('of %s is read by its mark', async (_, bytes) => {
    expect(await guarded(bytes, { encoding: 'utf-16' })).toBe('1,ä\n');
  });
});

describe('a problem', () => {
  it.each([
    [40, `"${'v'.repeat(40)}" is wrong`],
    [41, `"${'v'.repeat(40)}…" is wrong`],
  ])('shows a value of %i characters', (length, shown) => {
    const [listed, quoted] = reported('v'.repeat(length));

    expect(listed).toBe('line 1: the value is wrong');
    expect(quoted).toBe(`line 1: ${shown}`);
  });

  it.each([
    ['p'.repeat(200), 'p'.repeat(200)],
    ['p'.repeat(201), `${'p'.repeat(200)}…`],
    ['a b-ü.csv', 'a b-ü.csv'],
    ['a\nb', '"a\\nb"'],
  ])('shows the path %j', (path, shown) => {
    expect(reported('v', 'is wrong', path)[0]).toBe(`${shown}, line 1: the value is wrong`);
  });

  it.each([
    [20, 20, 20],
    [21, 20, 21],
    [1_000, 20, 1_000],
    [1_001, 20, 1_000],
  ])(
    'that occurs %i times has %i examples in the reply and %i in the record',
    (count, few, many) => {
      const problems = new ProblemList();
      for (let at = 0; at < count; at += 1) problems.addFile('rule', 'what');

      const [listed] = problems.list();
      const [quoted] = problems.quote();

      expect([listed?.count, listed?.examples.length, quoted?.examples.length]).toEqual([
        count,
        few,
        many,
      ]);
    },
  );

  it('makes an error that has a name of its own', () => {
    expect(new DatasetRejected('why')).toMatchObject({ name: 'DatasetRejected', problems: [] });
  });
});

describe('a column', () => {
  it.each([
    [
      20,
      'v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19',
    ],
    [
      21,
      'v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19 and 1 more',
    ],
  ])('of %i values names them', (count, names) => {
    const values = Array.from({ length: count }, (_, index) => `v${index}`);
    const problems = new ProblemList();

    new ColumnInspector({ name: 'b', type: 'category', values }, contract).inspect(
      'x',
      2,
      problems,
    );

    expect(problems.list()[0]?.examples).toEqual([
      `line 2, column b: the value is none of ${names}`,
    ]);
  });

  it.each([
    [999, 999],
    [1_000, 1_000],
    [1_001, 1_000],
  ])('of %i different values counts %i', (count, counted) => {
    const column = new ColumnInspector({ name: 'b', type: 'category' }, contract);
    const problems = new ProblemList();

    for (let at = 0; at < count; at += 1) column.inspect(`v${at}`, at, problems);

    expect(column.counts.size).toBe(counted);
  });

  it.each<[number, string | undefined]>([
    [-1.5, 'is below -1'],
    [-1, undefined],
    [2, undefined],
    [2.5, 'is above 2'],
  ])('from -1 to 2 with the field %d: %s', (value, problem) => {
    const column = { name: 'a', type: 'number' as const, minimum: -1, maximum: 2 };
    const problems = new ProblemList();

    new ColumnInspector(column, contract).inspect(String(value), 1, problems);

    const examples = problems.list().flatMap((each) => each.examples);
    expect(examples).toEqual(
      problem === undefined ? [] : [`line 1, column a: the value ${problem}`],
    );
  });

  const markers = '? - -- . na NA n/a N/A #N/A nan NaN null none None nil missing unknown'.split(
    ' ',
  );

  it.each([...markers, 'x', '0x1', '--x', '1e', 'nope'])(
    'of numbers with the field %j has a hint where it may mean a missing value',
    (field) => {
      const problems = new ProblemList();

      new ColumnInspector({ name: 'c', type: 'number' }, contract).inspect(field, 1, problems);

      const hint = markers.includes(field)
        ? '; if it means a missing value, list it in missingValues of the column and set optional'
        : '';
      expect(problems.list()[0]?.examples).toEqual([
        `line 1, column c: the value is not a number${hint}`,
      ]);
    },
  );
});

describe('a number', () => {
  it.each<[string, Partial<DatasetContract>, number]>([
    ['1', {}, 1],
    ['+1.5', {}, 1.5],
    ['-.5', {}, -0.5],
    ['5.', {}, 5],
    ['1e3', {}, 1_000],
    ['1E-3', {}, 0.001],
    ['.', {}, Number.NaN],
    ['1e', {}, Number.NaN],
    ['1,5', {}, Number.NaN],
    ['Infinity', {}, Number.NaN],
    ['0x10', {}, Number.NaN],
    ['', {}, Number.NaN],
    ['1,5', { decimal: ',' }, 1.5],
    ['1.5', { decimal: ',' }, Number.NaN],
    ['1,5,0', { decimal: ',' }, Number.NaN],
    ['1.234,5', { decimal: ',', thousands: '.' }, 1_234.5],
    ['1.234.567', { decimal: ',', thousands: '.' }, 1_234_567],
    ['12.34,5', { decimal: ',', thousands: '.' }, Number.NaN],
    ['1234.567', { decimal: ',', thousands: '.' }, Number.NaN],
    ['1234,5', { decimal: ',', thousands: '.' }, 1_234.5],
    ['-1 234.5', { thousands: ' ' }, -1_234.5],
    ['1,234', { thousands: ',' }, 1_234],
    ['1,23', { thousands: ',' }, Number.NaN],
    ['123,456', { thousands: ',' }, 123_456],
  ])('%j with %j is %d', (field, changes, expected) => {
    expect(numberReader({ ...contract, ...changes })(field)).toBe(expected);
  });
});

/** Why the rows are refused, or how many are accepted. */
function judged(rows: readonly string[], changes: Partial<DatasetContract> = {}): string {
  const inspector = new RowInspector({ ...contract, ...changes });
  try {
    for (const [index, row] of rows.entries()) inspector.inspect(row.split(','), index + 1);
    inspector.judge();
    return `${inspector.count} rows, ${inspector.excluded} excluded`;
  } catch (error) {
    return (error as Error).message;
  }
}

const wide = (count: number): Partial<DatasetContract> => ({
  header: true,
  columns: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, type: 'number' })),
});
const first = (count: number) =>
  Array.from({ length: count }, (_, index) => `c${index}`).join(', ');

describe('rows', () => {
  it.each<[readonly string[], Partial<DatasetContract>, string]>([
    [['1,x', '2,y'], { minimumRows: 2 }, '2 rows, 0 excluded'],
    [
      ['1,x', '2,y'],
      { minimumRows: 3 },
      'The dataset has 2 rows, the project wants at least 3. Upload more, or lower dataset.minimumRows.',
    ],
    [
      ['1,x', '2,y', '3,x'],
      { minimumRows: 1, exclude: [{ column: 'b', values: ['x'] }] },
      '3 rows, 2 excluded',
    ],
    [
      ['1,x', ',y', '3,z'],
      { minimumRows: 2, missingLabel: 'set-aside', exclude: [{ column: 'b', values: ['x'] }] },
      'The dataset has 1 rows (1 by dataset.exclude and 1 without a label are left out), the project wants at least 2. Upload more, or lower dataset.minimumRows.',
    ],
    [
      ['1,x', '1,y'],
      { problem: 'binary' },
      'The label a is the same in all rows: there is nothing to learn. Upload rows with other labels, or choose another label.',
    ],
    [['1,x', '0,y'], { problem: 'binary' }, '2 rows, 0 excluded'],
    [['1,x', '0,y', '2,y'], { problem: 'multiclass' }, '3 rows, 0 excluded'],
    [
      ['1,x', '0,y', '2,y'],
      { problem: 'binary' },
      "The label a has 3 different values, a binary problem has two. Set problem to 'multiclass', or upload rows of two classes.",
    ],
    [
      ['1'],
      {},
      '1 field or row is not as the project says; first: line 1: 1 field, expected 2; the project separates fields by ",": see dataset.delimiter.',
    ],
    [
      ['1,x', '1,2,3', 'z,y'],
      {},
      '2 fields or rows are not as the project says; first: line 2: 3 fields, expected 2.',
    ],
    [
      ['a,b', '1,x'],
      {},
      'The first line is a header, but the project declares none. Remove the line, or set dataset.header to true.',
    ],
    [
      ['x,y', '1,x'],
      {},
      '1 field or row is not as the project says; first: line 1, column a: the value is not a number.',
    ],
    [
      ['1,x'],
      { header: true },
      'The first line is a row, but the project declares a header. Add the header, or set dataset.header to false.',
    ],
    [
      ['b,a', '1,x'],
      { header: true },
      "The header is not the project's: another order or repeated columns. Expected: a, b.",
    ],
    [
      ['a,c', '1,x'],
      { header: true },
      "The header is not the project's: missing b; 1 unknown. Expected: a, b.",
    ],
    [[' a , b ', '1,x'], { header: true }, '1 rows, 0 excluded'],
    [
      ['x'],
      wide(50),
      `The header is not the project's: missing ${first(50)}; 1 unknown. Expected: ${first(50)}.`,
    ],
    [
      ['x'],
      wide(51),
      `The header is not the project's: missing ${first(50)} and 1 more; 1 unknown. Expected: ${first(50)} and 1 more.`,
    ],
    [
      ['1;x'],
      {},
      'The fields are separated by ";", the project says ",". Save the file with that delimiter, or change dataset.delimiter.',
    ],
    [[], {}, 'The file is empty: it holds no row. Upload a file with rows.'],
  ])('%j are judged', (rows, changes, expected) => {
    expect(judged(rows, changes)).toBe(expected);
  });
});
