import type { NewOptions } from './new-project.ts';

/** A CSV file, the user's input, and the expected project. */
export interface SampleFile {
  readonly content: string | Buffer;
  readonly options: NewOptions;
  readonly problem: string;
  /** The project's `dataset`, whole. */
  readonly dataset: Readonly<Record<string, unknown>>;
}

const rows = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_item, at) => `${make(at)}\n`).join('');
/** Looks random and is the same each time; a number below `end`. */
const mixed = (at: number, end: number) => (((at + 17) * 7919 * (at + 3)) % 10_007) % end;
const pick = (at: number, ...items: readonly string[]) => items[mixed(at, items.length)] ?? '';

const label = { name: 'label', type: 'integer', minimum: 0, maximum: 1 };
const size = { name: 'size', type: 'number', minimum: 0, maximum: 14 };
const colour = { name: 'colour', type: 'category' };
const plain = `size,colour,label\n${rows(120, (at) => `${at % 10}.5,${pick(at, 'red', 'blue', 'green')},${mixed(at + 5, 2)}`)}`;
const options = { label: 'label', yes: true };
const binary = { header: true, label: 'label', columns: [size, colour, label] };

/** Files that are accepted, by their difficulty. */
export const SAMPLE_FILES: Readonly<Record<string, SampleFile>> = {
  plain: { content: plain, options, problem: 'binary', dataset: binary },
  'semicolons and a decimal comma': {
    content: plain.replaceAll(',', ';').replaceAll('.', ','),
    options,
    problem: 'binary',
    dataset: { ...binary, delimiter: ';', decimal: ',' },
  },
  'white space around fields': {
    content: plain.replaceAll(',', ' , ').replaceAll(/^(\S)/gm, ' $1'),
    options,
    problem: 'binary',
    dataset: binary,
  },
  tabs: {
    content: plain.replaceAll(',', '\t'),
    options,
    problem: 'binary',
    dataset: { ...binary, delimiter: '\t' },
  },
  bars: {
    content: plain.replaceAll(',', '|'),
    options,
    problem: 'binary',
    dataset: { ...binary, delimiter: '|' },
  },
  'currencies and percents': {
    content: `price,share,label\n${rows(120, (at) => `"$1,${pick(at, '2', '3')}${at % 10}0.50",${at % 9} %,${mixed(at + 5, 2)}`)}`,
    options,
    problem: 'binary',
    dataset: {
      ...binary,
      thousands: ',',
      columns: [
        { name: 'price', type: 'number', minimum: 1100, maximum: 1500, affix: '$' },
        { name: 'share', type: 'integer', minimum: 0, maximum: 12, affix: '%' },
        label,
      ],
    },
  },
  'every field in quotes': {
    content: plain.replaceAll(/[^,\n]+/g, '"$&"'),
    options,
    problem: 'binary',
    dataset: binary,
  },
  'a decimal comma in quotes between commas': {
    content: plain.replaceAll(/(\d+)\.5/g, '"$1,5"'),
    options,
    problem: 'binary',
    dataset: { ...binary, decimal: ',' },
  },
  'CR LF line ends': {
    content: plain.replaceAll('\n', '\r\n'),
    options,
    problem: 'binary',
    dataset: { ...binary, lineEnds: 'any' },
  },
  'mixed line ends': {
    content: plain.replace('\n', '\r\n'),
    options,
    problem: 'binary',
    dataset: { ...binary, lineEnds: 'any' },
  },
  'no line end at the end, and blank lines': {
    content: plain.replace('\n', '\n\n').trimEnd(),
    options,
    problem: 'binary',
    dataset: binary,
  },
  'UTF-8 with a byte order mark': {
    content: `\ufeff${plain}`,
    options,
    problem: 'binary',
    dataset: { ...binary, byteOrderMark: 'accept' },
  },
  'UTF-16, little end first': {
    content: Buffer.from(`\ufeff${plain.replaceAll('red', 'rød')}`, 'utf16le'),
    options,
    problem: 'binary',
    dataset: {
      ...binary,
      encoding: 'utf-16',
      columns: [size, colour, label],
    },
  },
  'UTF-16, big end first': {
    content: Buffer.from(`\ufeff${plain}`, 'utf16le').swap16(),
    options,
    problem: 'binary',
    dataset: { ...binary, encoding: 'utf-16' },
  },
  'windows-1252': {
    // 0x80 is the euro sign there, and nothing in latin-1.
    content: Buffer.from(plain.replaceAll('red', 'r\x80d').replaceAll('blue', 'bl\xe9'), 'latin1'),
    options,
    problem: 'binary',
    dataset: {
      ...binary,
      encoding: 'windows-1252',
      columns: [size, colour, label],
    },
  },
  'thousands in quotes': {
    content: `price,label\n${rows(120, (at) => `"${1 + mixed(at, 9)},${100 + mixed(at, 900)}",${at % 2}`)}`,
    options,
    problem: 'binary',
    dataset: {
      header: true,
      label: 'label',
      thousands: ',',
      columns: [{ name: 'price', type: 'integer', minimum: 0, maximum: 15_000 }, label],
    },
  },
  'points between thousands and a decimal comma': {
    content: `Preis;label\n${rows(120, (at) => `${1 + mixed(at, 9)}.${100 + mixed(at, 900)},${10 + mixed(at, 90)};${at % 2}`)}`,
    options,
    problem: 'binary',
    dataset: {
      header: true,
      label: 'label',
      delimiter: ';',
      decimal: ',',
      thousands: '.',
      columns: [{ name: 'Preis', type: 'number', minimum: 0, maximum: 15_000 }, label],
    },
  },
  'no header': {
    content: plain.slice(plain.indexOf('\n') + 1),
    options: { label: '3', yes: true },
    problem: 'binary',
    dataset: {
      header: false,
      label: 'column_3',
      columns: [
        { ...size, name: 'column_1' },
        { ...colour, name: 'column_2' },
        { ...label, name: 'column_3' },
      ],
    },
  },
  'spaces in the header': {
    content: plain.replace('size,colour', ' shoe size , main colour'),
    options,
    problem: 'binary',
    dataset: {
      ...binary,
      columns: [{ ...size, name: 'shoe size' }, { ...colour, name: 'main colour' }, label],
    },
  },
  'a totals row': {
    content: `colour,size,label\n${rows(120, (at) => `${pick(at, 'red', 'blue', 'green')},${at % 10}.5,${mixed(at + 5, 2)}`)}Total,600,61\n`,
    options,
    problem: 'binary',
    dataset: {
      header: true,
      label: 'label',
      exclude: [{ column: 'colour', values: ['Total'] }],
      columns: [colour, size, label],
    },
  },
  'marks of missing values': {
    content: `age,weight,temp,race,grade,label\n${rows(
      200,
      (at) =>
        `${at % 9 === 0 ? 'NA' : mixed(at, 80)},${at % 8 === 0 ? '?' : ''}${at % 8 > 1 ? `${mixed(at, 90)}.1` : ''},${at % 7 === 0 ? -999 : mixed(at, 40)},${at % 6 === 0 ? 'N/A' : pick(at, 'a', 'b')},${pick(at, 'None', 'good', 'bad')},${mixed(at + 5, 2)}`,
    )}`,
    options,
    problem: 'binary',
    dataset: {
      header: true,
      label: 'label',
      columns: [
        {
          name: 'age',
          type: 'integer',
          minimum: 0,
          maximum: 120,
          optional: true,
          missingValues: ['NA'],
        },
        {
          name: 'weight',
          type: 'number',
          minimum: 0,
          maximum: 140,
          optional: true,
          missingValues: ['?'],
        },
        {
          name: 'temp',
          type: 'integer',
          minimum: 0,
          maximum: 60,
          optional: true,
          missingValues: ['-999'],
        },
        {
          name: 'race',
          type: 'category',
          optional: true,
          missingValues: ['N/A'],
        },
        { name: 'grade', type: 'category' },
        label,
      ],
    },
  },
  'dates, free text, codes and constants': {
    content: `id,day,seen,remark,zip,unit,nothing,label\n${rows(
      200,
      (at) =>
        `${1000 + at * 3},2024-0${1 + mixed(at, 9)}-1${mixed(at, 10)},${1 + mixed(at, 28)}.${1 + mixed(at, 12)}.2023,the patient said word${at} and ${mixed(at, 9999)} more words,0${1000 + mixed(at, 30)},kg,,${mixed(at + 5, 2)}`,
    )}`,
    options,
    problem: 'binary',
    dataset: {
      header: true,
      label: 'label',
      columns: [
        { name: 'id', type: 'text', ignore: true },
        { name: 'day', type: 'date', format: '%Y-%m-%d' },
        { name: 'seen', type: 'date', format: '%d.%m.%Y' },
        { name: 'remark', type: 'text' },
        { name: 'zip', type: 'category' },
        { name: 'unit', type: 'text', ignore: true },
        { name: 'nothing', type: 'text', ignore: true },
        label,
      ],
    },
  },
  'leaks and names': {
    content: `name,result,found,size,label\n${rows(200, (at) => {
      const isYes = mixed(at + 5, 2) === 1;
      return `"Person${at}, Mr. A",${isYes ? 90 + mixed(at, 9) : mixed(at, 50)},${isYes && at % 2 === 0 ? at : ''},${at % 10}.5,${isYes ? 'yes' : 'no'}`;
    })}`,
    options,
    problem: 'binary',
    dataset: {
      header: true,
      label: 'label',
      columns: [
        { name: 'name', type: 'text', ignore: true },
        { name: 'result', type: 'text', ignore: true },
        { name: 'found', type: 'text', ignore: true },
        size,
        { name: 'label', type: 'category', values: ['no', 'yes'] },
      ],
    },
  },
  'classes, a rare one, and rows without a label': {
    content: `size,label\n${rows(200, (at) => `${at % 10}.5,${at === 7 ? 'emu' : at % 20 === 0 ? '' : pick(at + 5, 'cat', 'dog', 'bird')}`)}`,
    options,
    problem: 'multiclass',
    dataset: {
      header: true,
      label: 'label',
      missingLabel: 'set-aside',
      exclude: [{ column: 'label', values: ['emu'] }],
      columns: [size, { name: 'label', type: 'category', values: ['bird', 'cat', 'dog'] }],
    },
  },
  'a quantity': {
    content: `size,colour,price\n${rows(150, (at) => `${at % 10}.5,${pick(at, 'red', 'blue', 'green')},${100 + mixed(at, 900)}.${mixed(at, 9)}`)}`,
    options: { label: 'price', yes: true },
    problem: 'regression',
    dataset: {
      header: true,
      label: 'price',
      columns: [size, colour, { name: 'price', type: 'number', minimum: 0, maximum: 1500 }],
    },
  },
  'few rows': {
    content: plain.split('\n').slice(0, 41).join('\n'),
    options,
    problem: 'binary',
    dataset: { ...binary, minimumRows: 40 },
  },
};
