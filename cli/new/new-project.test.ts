import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from './made-project.testing.ts';
import { SAMPLE_FILES } from './sample-files.testing.ts';
import { readTable } from './table.ts';

let app: TestApp;
beforeAll(() => {
  app = createTestApp();
});
afterAll(() => app.remove());

const sample = (name: string) => SAMPLE_FILES[name]?.content ?? '';
const plain = String(sample('plain'));

async function warningsOf(name: string, label = 'label'): Promise<readonly string[]> {
  const { lines } = await app.make(app.file('data.csv', sample(name)), { label, yes: true });
  return lines.filter((line) => line.startsWith('!'));
}

describe('what a file holds', () => {
  it.each(Object.entries(SAMPLE_FILES))('%s', async (_name, { content, options, ...expected }) => {
    const { input } = await app.make(app.file('data.csv', content), options);

    expect({ problem: input['problem'], dataset: input['dataset'] }).toEqual(expected);
  });

  it('writes a project as a person would, with the reason for each column that is ignored', async () => {
    const made = await app.make(app.file('trial.csv', sample('leaks and names')), {
      label: 'label',
      name: 'loan-run',
      algorithm: 'logistic-regression',
      yes: true,
    });

    expect(made.text).toMatchInlineSnapshot(`
      "import { defineProject } from '../../definition/index.ts';

      /** trial.csv: 200 rows. Made by "stepmill new". */
      export const loanRun = defineProject({
        name: 'loan-run',
        description: 'Predicts label from trial.csv',
        problem: 'binary',
        dataset: {
          header: true,
          label: 'label',
          columns: [
            // Identifier: every text is different
            { name: 'name', type: 'text', ignore: true },
            // Leak: separates label almost alone (AUC 1.00)
            { name: 'result', type: 'text', ignore: true },
            // Leak: separates label almost alone (with a value 100 % are of one class)
            { name: 'found', type: 'text', ignore: true },
            { name: 'size', type: 'number', minimum: 0, maximum: 14 },
            { name: 'label', type: 'category', values: ['no', 'yes'] },
          ],
        },
        training: { algorithm: 'logistic-regression' },
        // Answering yes in every row has auc 0.5 and accuracy 0.505.
        gate: {
          bounds: [
            { metric: 'auc', minimum: 0.6, over: 'out-of-fold', at: 'lower' },
            { metric: 'brier_skill', minimum: 0, over: 'out-of-fold' },
          ],
          suspicious: [{ metric: 'auc', maximum: 0.999, over: 'out-of-fold' }],
          champion: { metric: 'auc', better: 'higher', tolerance: 0.02 },
        },
      });
      "
    `);
  });
});

describe('what is shown', () => {
  it('a line a column, what is ignored and why, and the next commands with an invented row', async () => {
    const { lines } = await app.make(app.file('data.csv', sample('leaks and names')), {
      label: 'label',
      yes: true,
    });

    // On a machine that is busy, reading takes so long that it is reported.
    const text = lines
      .filter((line) => !line.startsWith('✓ Read'))
      .join('\n')
      .replaceAll(app.folder, 'folder');
    expect(text).toMatchInlineSnapshot(`
      "folder/data.csv  200 rows, 5 columns · header · commas · ASCII · LF · quotes

        column  type      missing  holds              
        name    text               200 different texts  ignored: identifier: every text is different
        result  integer            1 … 98               ignored: leak: separates label almost alone (AUC 1.00)
        found   integer   73 %     0 … 198
            ignored: leak: separates label almost alone (with a value 100 % are of one class)
        size    number             0.5 … 9.5
        label   category           yes, no              label: yes (101), no (99)

      - name is ignored (identifier: every text is different)
      - result is ignored (leak: separates label almost alone (AUC 1.00))
      - found is ignored (leak: separates label almost alone (with a value 100 % are of one class))

      ✓ projects/made/project.ts: binary, xgboost
        Positive class, whose probability the metrics are about: yes.
        Baseline: answering yes in every row has auc 0.5 and accuracy 0.505.

      Next:
        npm start
        # in another terminal; with --port, first the line "export AWS_ENDPOINT_URL=…" that npm start prints
        npx stepmill upload folder/data.csv --project made
        npx stepmill plot --project made
        npx stepmill approve --project made
        npx stepmill predict --project made ,,,5"
    `);
    expect(text).not.toContain('Person');
  });

  it('no control characters of a name or a value', async () => {
    const content = plain.replaceAll('red', 'r\u001b[2Jd\u202e').replace('size', 'si\u200bze');
    const { lines, text } = await app.make(app.file('data.csv', content), {
      label: 'label',
      yes: true,
    });

    expect(lines.join('').match(/[\p{Cc}\p{Cf}]/u)).toBeNull();
    expect(text.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}]/u)).toBeNull();
    expect(text).toContain(String.raw`'si\u{200b}ze'`);
  });

  it('takes inf in a column of numbers as missing, and says that YES and yes are two classes', async () => {
    const rows = Array.from(
      { length: 60 },
      (_row, at) => `${at % 7 === 0 ? 'inf' : at % 8},${['yes', 'no', 'YES'][at % 3]}`,
    );
    const { input, lines } = await app.make(
      app.file('data.csv', `size,label\n${rows.join('\n')}\n`),
      { label: 'label', yes: true },
    );

    expect(input).toMatchObject({
      dataset: { columns: [{ name: 'size', optional: true, missingValues: ['inf'] }, {}] },
    });
    expect(lines.join('\n')).toContain('! label has both "yes" and "YES", which are two classes');
  });

  it('says why the project is not called as the file', async () => {
    const { lines } = await app.make(app.file('データ.csv', sample('plain')), {
      label: 'label',
      name: undefined as never,
      yes: true,
    });

    expect(lines.join('\n')).toMatch(
      /! The name of the file cannot be a project's, so the project is called stepmill-new-\S+;/,
    );
  });

  it('warns of mixed line ends, a totals row, repeated rows, a guessed encoding and made-up names', async () => {
    expect({
      ends: await warningsOf('mixed line ends'),
      totals: await warningsOf('a totals row'),
      encoding: await warningsOf('windows-1252'),
      header: await warningsOf('no header', '3'),
      thousands: await warningsOf('thousands in quotes'),
    }).toMatchInlineSnapshot(`
      {
        "encoding": [
          "! Line 2 is not UTF-8, so the file is read as windows-1252 (latin-1). If its letters look wrong, save it in UTF-8.",
          "! Rows that repeat an earlier one: 65. Equal rows stay in one part of the split.",
          "! 120 rows are few: intervals of metrics will be wide.",
        ],
        "ends": [
          "! Some lines end in LF, others in CR LF; both are accepted.",
          "! Rows that repeat an earlier one: 65. Equal rows stay in one part of the split.",
          "! 120 rows are few: intervals of metrics will be wide.",
        ],
        "header": [
          "! The first line is a row, so columns have made-up names; rename them in the project as you like.",
          "! Rows that repeat an earlier one: 65. Equal rows stay in one part of the split.",
          "! 120 rows are few: intervals of metrics will be wide.",
        ],
        "thousands": [
          "! Numbers such as 1,234 are read with a comma between thousands; if that is wrong, change dataset.decimal and dataset.thousands.",
          "! Rows that repeat an earlier one: 2. Equal rows stay in one part of the split.",
          "! 120 rows are few: intervals of metrics will be wide.",
        ],
        "totals": [
          "! The last row (line 122) sums up the others, so it is excluded by rule.",
          "! Rows that repeat an earlier one: 65. Equal rows stay in one part of the split.",
          "! 120 rows are few: intervals of metrics will be wide.",
        ],
      }
    `);
  });
});

describe('what is asked', () => {
  it('does what was answered: keeps a leak, takes a mark as a value', async () => {
    const leaks = app.file('data.csv', sample('leaks and names'));
    const { input } = await app.make(leaks, { label: 'label' }, ['n', 'n', 'n']);
    const marks = app.file('data.csv', sample('marks of missing values'));
    const asked = await app.make(marks, {}, ['', 'n', 'y']);

    const columns = (input['dataset'] as { columns: unknown }).columns;
    expect(columns).toMatchObject([
      { name: 'name', type: 'text' },
      { name: 'result', type: 'integer' },
      { name: 'found', type: 'integer', optional: true },
      { name: 'size' },
      { name: 'label' },
    ]);
    expect(JSON.stringify(columns)).not.toContain('ignore');
    expect((asked.input['dataset'] as { columns: unknown[] }).columns).toMatchObject([
      {},
      {},
      { name: 'temp', minimum: -2000 },
      {},
      { name: 'grade', missingValues: ['None'], optional: true },
      {},
    ]);
  });

  it('keeps rows of one group together', async () => {
    const rows = Array.from(
      { length: 200 },
      (_row, at) => `${Math.floor(at / 2) * 7919},${at % 9},${at % 2}\n`,
    );
    const file = app.file('data.csv', `patient_nbr,size,label\n${rows.join('')}`);

    const { input } = await app.make(file, { label: 'label', yes: true });

    expect(input['split']).toEqual({ groupBy: 'patient_nbr' });
  });

  it('fails without a terminal, with the questions', async () => {
    const file = app.file('data.csv', sample('leaks and names'));

    await expect(app.make(file, { label: 'label' })).rejects.toThrow(
      /^stdin is not a terminal, and 3 questions are open; nothing was written. Pass --yes to accept the suggestions in the table.\n- result separates the label almost alone/,
    );
  });
});

const wide = Array.from({ length: 10_000 }, (_column, at) => `c${at}`).join(',');
const line120 = (change: (line: string) => string) =>
  Buffer.from(
    plain
      .split('\n')
      .map((line, at) => (at === 119 ? change(line) : line))
      .join('\n'),
    'latin1',
  );

describe('what is refused', () => {
  it.each<[string, string | Buffer, RegExp]>([
    [
      'gzip',
      gzipSync('a,b'),
      /is gzip data, not CSV text; nothing was written. Unpack it first: gunzip /,
    ],
    ['zip', Buffer.from('PK\u0003\u0004rest'), /is a zip archive or a spreadsheet \(xlsx\)/],
    ['Parquet', Buffer.from('PAR1rest'), /is a Parquet file, .*pd\.read_parquet/],
    ['JSON', '[{"a": 1}]', /is JSON, not CSV text/],
    [
      'an HTML page',
      '<!DOCTYPE html><html>',
      /is an HTML or XML page, .*Download the CSV file itself/,
    ],
    ['UTF-32', Buffer.from('\u{feff}\0a\0,\0', 'utf16le'), /is UTF-32 text, .*Save it as UTF-8/],
    ['two rows', 'size,label\n1,0\n2,1\n', /^2 rows have a label, and a model needs at least 10;/],
    [
      'one row of a class',
      `size,label\n${'1,0\n'.repeat(299)}99,1\n`,
      /^Only 1 row has label "1", and each class needs at least 10;/,
    ],
    ['an empty file', '', /is empty; nothing was written. Name a CSV file with rows/],
    ['blank lines', '\n\n', /holds no row/],
    ['a header only', 'size,label\n', /holds a header and no row/],
    ['one column', 'label\n1\n2\n', /has one column/],
    [
      '10,000 columns',
      `${wide}\n${wide}\n`,
      /has 10000 columns, of at most 500; .*cut -d ',' -f 1-500/,
    ],
    [
      'a constant label',
      plain.replaceAll(/[01]$/gm, '1'),
      /The label label has the same value in every row/,
    ],
    [
      'a label that is missing everywhere',
      plain.replaceAll(/[01]$/gm, ''),
      /The label label is missing in every row/,
    ],
    [
      'another label',
      plain.replace('label', 'labels'),
      /has no column "label"; nothing was written. Did you mean --label labels\?/,
    ],
    [
      'ragged rows',
      `${plain}1,2\n3,4,5,6\n`,
      /has 2 rows with another number of fields than line 1, which has 3: line 122 has 2, line 123 has 4;/,
    ],
    [
      'repeated names',
      plain.replace('colour', 'size'),
      /fields 1 and 2 have the same name, "size"/,
    ],
    ['a column without a name', plain.replace('size', ''), /field 1 is empty; .*index=False/],
    [
      'control characters in the header',
      plain.replace('size', '\u001b[2Jsize'),
      /field 1 \("\\\\u\{1b\}\[2Jsize"\) holds control characters/,
    ],
    [
      'an unclosed quote',
      line120((line) => line.replace(',', ',"')),
      /has a quote in line 120 that is not closed on the line/,
    ],
    [
      'a quote inside a field',
      line120((line) => line.replace(',', '"x",')),
      /has a quote inside a field in line 120/,
    ],
    ['a zero byte', line120((line) => `\u0000${line}`), /holds a zero byte in line 120/],
    [
      'a byte that is not UTF-8 among others',
      Buffer.concat([Buffer.from(plain.replace('red', 'réd')), Buffer.from([0xff])]),
      /a byte that is not UTF-8 in line 122/,
    ],
    [
      'a byte that no encoding has',
      line120((line) => `\u0081${line}`),
      /is neither UTF-8 nor windows-1252 text: line 120/,
    ],
    [
      'UTF-16 without a mark',
      Buffer.from(plain, 'utf16le'),
      /is UTF-16LE text without a byte order mark; .*iconv -f UTF-16LE/,
    ],
    [
      'lines that end in carriage returns',
      plain.replaceAll('\n', '\r'),
      /holds a carriage return inside line 1/,
    ],
    [
      'a line without end',
      `size,label\n${'x'.repeat(2 ** 20 + 1)}`,
      /more than 1048576 characters in line 2/,
    ],
    [
      'nothing to learn from',
      `id,label\n${Array.from({ length: 50 }, (_row, at) => `${at},${((at * at) % 7) % 2}\n`).join('')}`,
      /A model has no column to learn from/,
    ],
    [
      'names as a label',
      plain.replaceAll(/[01]$/gm, () => `text${(counter += 1)}`),
      /has 120 different texts, of at most 50/,
    ],
  ])('%s', async (_name, content, message) => {
    const file = app.file('bad.csv', content);

    await expect(app.make(file, { name: 'bad', label: 'label', yes: true })).rejects.toThrow(
      message,
    );
    expect(readdirSync(app.folder)).not.toContain('projects/bad');
  });

  it('a path that is not a file', async () => {
    const pipe = join(app.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(join(app.folder, 'folder'));
    const refuse = (path: string, message: RegExp) =>
      expect(app.make(path, { label: 'label', yes: true })).rejects.toThrow(message);

    await refuse(pipe, /is a pipe or a device; .*save it as a file/);
    await refuse('/dev/zero', /is a pipe or a device/);
    await refuse(
      join(app.folder, 'folder'),
      /is a folder without data; .*Name a CSV file, or a folder/,
    );
    await refuse(join(app.folder, 'none.csv'), /does not exist/);
    await refuse('https://example.org/a.csv', /is a URL; .*curl -LO https:\/\/example.org\/a.csv/);
    await refuse('s3://bucket/a.csv', /is a URL; .*aws s3 cp/);
  });

  it('a file that changes while it is read', async () => {
    const file = app.file('growing.csv', plain);
    let hasGrown = false;

    const reading = readTable(file, 'label', () => {
      if (!hasGrown) appendFileSync(file, '1,red,0\n');
      hasGrown = true;
    });

    await expect(reading).rejects.toThrow(/changed while it was read; .*when no program writes/);
  });

  it('options that contradict the file', async () => {
    const file = app.file('Plain.csv', plain);
    const refuse = (options: object, message: RegExp) =>
      expect(app.make(file, { label: 'label', yes: true, ...options })).rejects.toThrow(message);

    await refuse(
      { problem: 'regression', label: 'colour' },
      /holds texts, which --problem regression cannot/,
    );
    await refuse(
      { problem: 'binary', label: 'colour' },
      /has 3 different values, and --problem binary needs two/,
    );
    await refuse(
      { algorithm: 'linear-regression' },
      /linear-regression cannot solve a binary problem/,
    );
    await refuse({ name: 'Loan Data' }, /is not of lower-case words/);
    await refuse({ name: 'tabular' }, /is the folder of the kit's scripts/);
    await refuse({ label: undefined }, /No label was named.*perhaps: --label label/);
  });

  it('an existing project, unless --force is given', async () => {
    const file = app.file('again.csv', plain);
    await app.make(file, { name: 'again', label: 'label', yes: true });

    await expect(
      app.make(file, { name: 'again', label: 'label', yes: true, force: false }),
    ).rejects.toThrow(/^projects.again.project\.ts already exists; .*overwrite it with --force/);
  });
});

let counter = 0;

const header = 'size,colour,label\n';
const rowsFrom = (first: number, count: number) =>
  plain
    .split('\n')
    .slice(first, first + count)
    .map((row) => `${row}\n`)
    .join('');

/** Writes files below a folder of the app. */
function folderOf(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(app.folder, name, path, '..'), { recursive: true });
    app.file(join(name, path), content);
  }
  return join(app.folder, name);
}

describe('"stepmill new" of a folder', () => {
  it('is a project whose datasets are folders, of the rows of all its files', async () => {
    const folder = folderOf('parts', {
      'day=1/part-1.csv': header + rowsFrom(1, 50),
      'day=2/part-1.csv': header + rowsFrom(51, 70),
      'day=2/empty.csv': header,
      'day=2/.part-1.csv.crc': 'x',
      _SUCCESS: '',
    });
    const whole = await app.make(app.file('whole.csv', plain), { label: 'label', yes: true });

    const made = await app.make(folder, { label: 'label', yes: true });

    const { dataset } = made.input as { dataset: object };
    const { dataset: wholeDataset } = whole.input as { dataset: object };
    expect(dataset).toEqual({ ...wholeDataset, layout: 'folder', marker: '_SUCCESS' });
    expect(made.lines[0]).toContain('3 files · 120 rows, 3 columns · header');
    expect(made.lines.join('\n')).toContain(`npx stepmill upload ${folder} --project made`);
  });

  it('has no header where no file has one', async () => {
    const folder = folderOf('bare', { 'a.csv': rowsFrom(1, 60), 'b.csv': rowsFrom(61, 60) });

    const { input, lines } = await app.make(folder, { label: '3', yes: true });

    expect(input['dataset']).toMatchObject({ header: false, layout: 'folder' });
    expect(lines[0]).toContain('2 files · 120 rows');
  });

  it.each<[string, Readonly<Record<string, string | Buffer>>, RegExp]>([
    [
      'with different headers',
      { 'a.csv': header + rowsFrom(1, 60), 'b.csv': `size,label,colour\n${rowsFrom(61, 60)}` },
      /different headers: .*b\.csv, line 1 is not .*a\.csv, line 1/,
    ],
    [
      'with a header in the first only',
      { 'a.csv': header + rowsFrom(1, 60), 'b.csv': rowsFrom(61, 60) },
      /different headers: .*b\.csv, line 1/,
    ],
    [
      'with different numbers of columns',
      { 'a.csv': header + rowsFrom(1, 60), 'b.csv': 'size,label\n1,0\n' },
      /2 rows with another number of fields than .*a\.csv, line 1, .*b\.csv, line 1 has 2/,
    ],
    [
      'with different encodings',
      {
        'a.csv': header + rowsFrom(1, 60),
        'b.csv': `${header}1,grün,0\n`,
        'c.csv': Buffer.from(`${header}1,grün,0\n`, 'latin1'),
      },
      /c\.csv is windows-1252 text, and .*b\.csv is utf-8; .*Save both in UTF-8/,
    ],
    [
      'with a file that is no table',
      { 'a.csv': header + rowsFrom(1, 60), 'b.parquet': 'PAR1....' },
      /b\.parquet is a Parquet file, not CSV text/,
    ],
    [
      'with a broken quote',
      { 'a.csv': header + rowsFrom(1, 60), 'b.csv': `${header}1,"red,0\n` },
      /b\.csv has a quote in line 2/,
    ],
  ])('is refused %s', async (name, files, message) => {
    const folder = folderOf(name.replaceAll(' ', '-'), files);

    await expect(app.make(folder, { label: 'label', yes: true })).rejects.toThrow(message);
  });
});
