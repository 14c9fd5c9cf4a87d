import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { ItemSource, Json } from '../../../../engine/index.ts';
import { textOf } from '../json-value.ts';
import { MAX_HEADER_BYTES } from '../limits.ts';
import { ItemReaderFailure } from './failures.ts';

type Settings = Extract<ItemSource, { readonly kind: 'reader' }>['readerConfig'];

const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** Every row as an object of strings: missing cells are empty, extra cells are dropped. */
export async function* readCsv(
  settings: Settings,
  text: AsyncIterable<string>,
): AsyncGenerator<Json> {
  const rows = parse({
    bom: true,
    delimiter: DELIMITERS[textOf(settings['CSVDelimiter'])] ?? ',',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  // An error of the text is thrown by the rows.
  pipeline(Readable.from(text), rows, () => {});
  let headers = givenHeaders(settings);
  try {
    for await (const row of rows) {
      const cells = row as readonly string[];
      if (headers === undefined) headers = checkedHeaders(cells);
      else yield itemOf(headers, cells);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new ItemReaderFailure(error.message, { cause: error });
    throw error;
  }
}

function givenHeaders(settings: Settings): readonly string[] | undefined {
  const headers = settings['CSVHeaders'];
  if (settings['CSVHeaderLocation'] !== 'GIVEN') return undefined;
  return checkedHeaders(
    Array.isArray(headers) ? headers.map((header: Json) => textOf(header)) : [],
  );
}

function checkedHeaders(headers: readonly string[]): readonly string[] {
  if (new Set(headers).size !== headers.length) {
    throw new ItemReaderFailure('CSV headers cannot contain duplicates.');
  }
  if (Buffer.byteLength(headers.join(',')) > MAX_HEADER_BYTES) {
    throw new ItemReaderFailure('CSV headers cannot exceed 10 KiB.');
  }
  return headers;
}

function itemOf(headers: readonly string[], cells: readonly string[]): Json {
  return Object.fromEntries(headers.map((header, index) => [header, cells[index] ?? '']));
}
