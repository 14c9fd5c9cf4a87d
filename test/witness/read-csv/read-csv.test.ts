/**
 * pandas, with which most people look at a CSV file: it reads every file that `stepmill new` accepts, with the settings
 * that `stepmill new` found, and must count the same rows and the same missing values and see the same types.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Column, findColumns } from '../../../cli/new/columns.ts';
import { createTestApp, type TestApp } from '../../../cli/new/made-project.testing.ts';
import { findMarks } from '../../../cli/new/number-marks.ts';
import { splitRow } from '../../../cli/new/rows.ts';
import { SAMPLE_FILES } from '../../../cli/new/sample-files.testing.ts';
import { readTable, type Table } from '../../../cli/new/table.ts';
import { preparePythonEnvironment } from '../../../local/index.ts';
import { findFurtherData } from '../../further-data.ts';

let app: TestApp;
beforeAll(() => {
  app = createTestApp();
});
afterAll(() => app.remove());

interface Reading {
  readonly name: string;
  readonly path: string;
  readonly dataset: object;
  readonly found: object;
}

it('reads the same rows, missing values and types', async () => {
  const files = [
    ...Object.entries(SAMPLE_FILES).map(([name, { content }], at) => ({
      name,
      path: app.file(`${at}.csv`, content),
    })),
    ...furtherFiles(),
  ];
  const readings: Reading[] = [];
  for (const { name, path } of files) readings.push(await readingOf(name, path));

  const seen = await readWithPandas(readings);

  expect(Object.fromEntries(readings.map(({ name }, at) => [name, seen[at]]))).toEqual(
    Object.fromEntries(readings.map(({ name, found }) => [name, found])),
  );
});

function furtherFiles() {
  return ['titanic.csv', 'diabetic_data.csv', 'abalone.csv'].flatMap((name) => {
    const file = findFurtherData(`data/${name}`);
    return file === undefined ? [] : [{ name, path: fileURLToPath(file) }];
  });
}

async function readingOf(name: string, path: string): Promise<Reading> {
  const table = await readTable(path, undefined, () => undefined);
  const marks = findMarks(table.columns, table.delimiter);
  const rows = table.sample.rows.map((text) => splitRow(text, table.delimiter));
  const columns = findColumns(table, marks, rows);
  return {
    name,
    path,
    dataset: { ...settingsOf(table, columns), ...marks },
    found: { rows: table.rowCount, columns: columns.map(kindOf) },
  };
}

function settingsOf(
  { delimiter, encoding, hasHeader, totals, names }: Table,
  columns: readonly Column[],
) {
  const exclude = totals === undefined ? [] : [{ column: names[0], values: [totals.fields[0]] }];
  return {
    delimiter,
    encoding: encoding.name,
    header: hasHeader,
    exclude,
    columns: columns.map(({ name, type, formats, missingValues, affix }) => ({
      name,
      type,
      format: formats[0],
      missingValues,
      affix,
    })),
  };
}

/** pandas has no type for categories and dates of its own accord. */
function kindOf({ name, type, missing }: Column) {
  return { name, kind: type === 'number' || type === 'integer' ? type : 'text', missing };
}

async function readWithPandas(readings: readonly Reading[]): Promise<unknown[]> {
  const { interpreter } = await preparePythonEnvironment({ folder: '.stepmill/python' });
  const program = fileURLToPath(new URL('read_tables.py', import.meta.url));
  const input = JSON.stringify(readings.map(({ path, dataset }) => ({ path, dataset })));
  const { stdout, stderr } = spawnSync(interpreter, [program], {
    input,
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as unknown[];
}
