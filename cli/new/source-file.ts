import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { visibleLine } from '../../local/index.ts';
import { isFolder, listDataFiles } from '../project/data-folder.ts';
import { UserError } from '../terminal/user-error.ts';

/** A file to be read, as it was when it was first opened. */
export interface SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** A mark that changes when the file changes. */
  readonly identity: string;
  /** The first bytes. */
  readonly head: Buffer;
}

const HEAD_BYTES = 64 * 1024;

/** Formats that are recognized by their first bytes, and how to make a CSV file of them. */
const FORMATS: readonly { readonly bytes: string; readonly name: string; readonly step: string }[] =
  [
    { bytes: '1f8b', name: 'gzip data', step: 'Unpack it first: gunzip FILE.' },
    {
      bytes: '504b0304',
      name: 'a zip archive or a spreadsheet (xlsx)',
      step: 'Unpack it, or save the sheet as "CSV UTF-8".',
    },
    {
      bytes: '504b0506',
      name: 'an empty zip archive',
      step: 'Name the CSV file that should be in it.',
    },
    {
      bytes: '50415231',
      name: 'a Parquet file',
      step: "Write it as CSV, for example with pandas: pd.read_parquet('FILE').to_csv('data.csv', index=False).",
    },
    {
      bytes: 'd0cf11e0',
      name: 'an old spreadsheet (xls)',
      step: 'Save the sheet as "CSV UTF-8".',
    },
    { bytes: '28b52ffd', name: 'Zstandard data', step: 'Unpack it first: unzstd FILE.' },
    { bytes: '425a68', name: 'bzip2 data', step: 'Unpack it first: bunzip2 FILE.' },
    { bytes: 'fd377a58', name: 'xz data', step: 'Unpack it first: unxz FILE.' },
    { bytes: '25504446', name: 'a PDF file', step: 'Export its table as CSV.' },
    { bytes: '89504e47', name: 'a PNG image', step: 'Name a CSV file.' },
    { bytes: '4f626a01', name: 'an Avro file', step: 'Write it as CSV.' },
    {
      bytes: '53514c69746520666f726d6174',
      name: 'an SQLite database',
      step: 'Export a table as CSV.',
    },
    { bytes: '41525257', name: 'an Arrow file', step: 'Write it as CSV.' },
    { bytes: 'fffe0000', name: 'UTF-32 text', step: 'Save it as UTF-8.' },
    { bytes: '0000feff', name: 'UTF-32 text', step: 'Save it as UTF-8.' },
    { bytes: '894844460d0a1a0a', name: 'an HDF5 file', step: 'Write it as CSV.' },
  ];

/** Text formats other than tables. */
const TEXTS: readonly { readonly begin: RegExp; readonly name: string; readonly step: string }[] = [
  { begin: /^\s*[[{]\s*["{[]/, name: 'JSON', step: 'Write it as CSV.' },
  {
    begin: /^\s*<(!doctype|html|\?xml)/i,
    name: 'an HTML or XML page',
    step: 'Download the CSV file itself; a link may lead to a page about it.',
  },
  {
    begin: /^version https:\/\/git-lfs\.github\.com/,
    name: 'a Git LFS pointer',
    step: 'Fetch the file itself: git lfs pull.',
  },
];

/**
 * Checks a file, or the files of a folder, before they are read.
 *
 * @throws UserError where one of them cannot hold a table of text
 */
export function openSources(path: string): readonly SourceFile[] {
  if (!isFolder(path)) return [openSource(path)];
  const shown = visibleLine(path);
  const files = listDataFiles(path, FOLDER_MARKER);
  if (files.length === 0) {
    throw refusal(
      shown,
      'is a folder without data',
      'Empty files, and names that begin with _ or ., are left out. Name a CSV file, or a folder of CSV files with the same columns.',
    );
  }
  if (files.length > MAXIMUM_FILES) {
    throw refusal(
      shown,
      `is a folder of ${files.length} files, of at most ${MAXIMUM_FILES}`,
      'Name a folder of fewer, larger files.',
    );
  }
  return files.map(({ file }) => openSource(file));
}

/** What closes the folder of a project that is made of one, as Spark does it. */
export const FOLDER_MARKER = '_SUCCESS';

/** As `close-folder` takes them. */
const MAXIMUM_FILES = 10_000;

/**
 * Checks a file before it is read.
 *
 * @throws UserError where it cannot hold a table of text
 */
function openSource(path: string): SourceFile {
  const shown = visibleLine(path);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw refusal(
      shown,
      'is a URL',
      `Download it first: ${path.startsWith('s3:') ? 'aws s3 cp' : 'curl -LO'} ${shown}.`,
    );
  }
  const stats = statusOf(path, shown);
  refuseOtherKinds(stats, shown);
  const head = readHead(path, shown);
  refuseOtherFormats(head, shown);
  return { path, sizeBytes: stats.size, identity: identityOf(stats), head };
}

/**
 * @throws UserError where the file was replaced after it was opened
 */
export function demandUnchanged({ path, identity }: SourceFile): void {
  const shown = visibleLine(path);
  if (identityOf(statusOf(path, shown)) === identity) return;
  throw refusal(
    shown,
    'changed while it was read',
    'Run the command again when no program writes to the file.',
  );
}

/** An error about the whole file: the problem, the consequence, and the next step. */
export function refusal(file: string, what: string, step: string): UserError {
  return new UserError(`${file} ${what}; nothing was written. ${step}`);
}

function statusOf(path: string, shown: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw refusal(shown, 'does not exist', 'Name a CSV file.');
    }
    throw refusal(shown, `cannot be read (${code})`, 'Name a CSV file that you may read.');
  }
}

function identityOf({ dev, ino, size, mtimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}`;
}

function refuseOtherKinds(stats: Stats, shown: string): void {
  if (!stats.isFile()) {
    throw refusal(
      shown,
      'is a pipe or a device',
      'It is read more than once, so save it as a file first.',
    );
  }
  if (stats.size === 0) throw refusal(shown, 'is empty', 'Name a CSV file with rows.');
}

function readHead(path: string, shown: string): Buffer {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return head.subarray(0, readSync(descriptor, head));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refusal(shown, `cannot be read (${code})`, 'Name a CSV file that you may read.');
  }
}

function refuseOtherFormats(head: Buffer, shown: string): void {
  const hex = head.subarray(0, 16).toString('hex');
  const format = FORMATS.find(({ bytes }) => hex.startsWith(bytes));
  const text = format ?? TEXTS.find(({ begin }) => begin.test(head.toString('latin1', 0, 256)));
  if (text === undefined) return;
  throw refusal(shown, `is ${text.name}, not CSV text`, text.step.replaceAll('FILE', shown));
}
