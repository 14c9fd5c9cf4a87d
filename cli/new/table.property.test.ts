import { rmSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findColumns } from './columns.ts';
import { createTestApp, type TestApp } from './made-project.testing.ts';
import { findMarks } from './number-marks.ts';
import { splitRow } from './rows.ts';
import { readTable } from './table.ts';

const SEED = 20_261_129;
const RUNS = 150;
const ROWS = 60;

let app: TestApp;
beforeAll(() => {
  app = createTestApp();
});
afterAll(() => rmSync(app.folder, { recursive: true }));

/** How a program writes tables. */
interface Dialect {
  readonly delimiter: string;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly hasByteOrderMark: boolean;
  readonly marks: { readonly decimal: '.' | ','; readonly thousands?: ',' | '.' | "'" | ' ' | '_' };
  readonly end: '\n' | '\r\n';
  readonly quotesAll: boolean;
  readonly hasHeader: boolean;
  readonly missing: string;
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
  hasByteOrderMark: fc.boolean(),
  marks: fc.constantFrom<Dialect['marks']>(
    { decimal: '.' },
    { decimal: ',' },
    { decimal: '.', thousands: ',' },
    { decimal: '.', thousands: "'" },
    { decimal: '.', thousands: ' ' },
    { decimal: ',', thousands: '.' },
    { decimal: ',', thousands: ' ' },
    { decimal: '.', thousands: '_' },
  ),
  end: fc.constantFrom('\n', '\r\n'),
  quotesAll: fc.boolean(),
  hasHeader: fc.boolean(),
  missing: fc.constantFrom('', '?', 'N/A', 'NULL', 'NaN'),
});

type Kind = 'number' | 'integer' | 'category' | 'date' | 'text';

/** Values that decide what a column is, and which rows lack one. */
interface Values {
  readonly kind: Kind;
  readonly seeds: readonly number[];
  readonly missing: readonly boolean[];
}

const column: fc.Arbitrary<Values> = fc.record({
  kind: fc.constantFrom<Kind>('number', 'integer', 'category', 'date', 'text'),
  seeds: fc.array(fc.nat({ max: 99_999 }), { minLength: ROWS, maxLength: ROWS }),
  missing: fc.array(fc.boolean(), { minLength: ROWS, maxLength: ROWS }),
});

// The first column has no gaps, and numbers with a fraction and thousands, which decide how numbers are written.
const table = fc
  .tuple(
    column.map((values) => ({
      ...values,
      kind: 'number' as const,
      missing: values.missing.map(() => false),
    })),
    fc.array(column, { minLength: 1, maxLength: 5 }),
  )
  .map(([first, others]) => [first, ...others]);

const WORDS = ['blue', 'dark green', 'a,b', 'c;d', 'e"f"', 'größer', "l'été", 'x|y', '€'];

function fieldOf(kind: Kind, seed: number, row: number, { marks }: Dialect): string {
  switch (kind) {
    case 'number':
      // The first rows have more than a thousand.
      return writeNumber(
        (seed + (row < 3 ? 1_234 : 0)) * (seed % 2 === 0 ? 1 : -1),
        `${10 + (seed % 90)}`,
        marks,
      );
    case 'integer':
      return writeNumber(seed % 5_000, undefined, marks);
    case 'category':
      return WORDS[seed % WORDS.length] ?? '';
    case 'date':
      return new Date(Date.UTC(2000, 0, 1 + (seed % 9_000))).toISOString().slice(0, 10);
    case 'text':
      return `the row ${row} says ${seed}, "and" more words`;
  }
}

function writeNumber(
  value: number,
  fraction: string | undefined,
  { decimal, thousands }: Dialect['marks'],
): string {
  const digits = String(Math.abs(value)).replaceAll(/\B(?=(\d{3})+$)/g, thousands ?? '');
  return `${value < 0 ? '-' : ''}${digits}${fraction === undefined ? '' : `${decimal}${fraction}`}`;
}

function write(columns: readonly Values[], how: Dialect): Buffer {
  const { delimiter, end, quotesAll, encoding } = how;
  const quote = (text: string) =>
    quotesAll || text.includes(delimiter) || text.includes('"')
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const rows = Array.from({ length: ROWS }, (_row, row) =>
    columns.map(({ kind, seeds, missing }) =>
      missing[row] === true ? how.missing : fieldOf(kind, seeds[row] ?? 0, row, how),
    ),
  );
  const all = how.hasHeader ? [columns.map((_column, at) => `name ${at}`), ...rows] : rows;
  const text = all.map((row) => row.map(quote).join(delimiter) + end).join('');
  const isMarked = encoding.startsWith('utf-16') || (encoding === 'utf-8' && how.hasByteOrderMark);
  return encode(`${isMarked ? '\ufeff' : ''}${text}`, encoding);
}

function encode(text: string, encoding: Dialect['encoding']): Buffer {
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  // Of what is written here, only the euro sign is not in latin-1.
  if (encoding === 'windows-1252') return Buffer.from(text.replaceAll('€', '\x80'), 'latin1');
  return Buffer.from(text);
}

/** A column in which every row is missing is of no kind. */
function expectedOf({ kind, seeds, missing }: Values, how: Dialect) {
  const fields = seeds.flatMap((seed, row) =>
    missing[row] === true ? [] : [fieldOf(kind, seed, row, how)],
  );
  return { type: kind, missing: ROWS - fields.length, distinct: new Set(fields).size };
}

it('finds how a table was written and what its columns are, for every dialect', async () => {
  await fc.assert(
    fc.asyncProperty(table, dialect, async (columns, how) => {
      fc.pre(
        columns.every(
          ({ missing, seeds }) =>
            missing.filter((is) => !is).length > 20 && new Set(seeds).size > 30,
        ),
      );
      const content = write(columns, how);
      const found = await readTable(app.file('random.csv', content), undefined, () => undefined);
      const marks = findMarks(found.columns, found.delimiter);
      const rows = found.sample.rows.map((text) => splitRow(text, found.delimiter));
      const described = findColumns(found, marks, rows);

      const isAscii = content.every((byte) => byte > 0 && byte <= 0x7f);
      expect({
        delimiter: found.delimiter,
        decoder: found.encoding.decoder,
        hasHeader: found.hasHeader,
        rowCount: found.rowCount,
        marks,
        columns: described.map(({ type, missing, distinct }) => ({ type, missing, distinct })),
      }).toEqual({
        delimiter: how.delimiter,
        decoder: isAscii ? 'ascii' : how.encoding,
        hasHeader: how.hasHeader,
        rowCount: ROWS,
        marks: how.marks,
        columns: columns.map((values) => expectedOf(values, how)),
      });
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

it('splits lines as the CSV library does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', ';', ' ', '\\', 'é') }), {
        minLength: 1,
      }),
      fc.constantFrom(',', ';', '\t', '|'),
      (fields, delimiter) => {
        const line = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter);

        expect(splitRow(line, delimiter)).toEqual(parse(line, { delimiter })[0]);
        expect(splitRow(line, delimiter)).toEqual(fields);
      },
    ),
    { seed: SEED },
  );
});
