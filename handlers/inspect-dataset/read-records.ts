import { StringDecoder } from 'node:string_decoder';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { DatasetRejected, delimiters, wrongDelimiter } from '../../api/rules/index.ts';
import { splitQuotedRow } from '../../events/index.ts';

/** One row of a file. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Counted from 1, blank lines included. */
  readonly line: number;
  /** As it stands in the file, without its end. */
  readonly text: string;
  /** Why the row has no fields: it is not CSV. Only where such rows are kept. */
  readonly mistake?: string;
}

export interface ReadOptions {
  /** Whether a row that is not CSV is given with its mistake, and ends nothing. @default false */
  readonly keepsMistakes?: boolean;
}

/**
 * Reads CSV text a chunk at a time. Rows may not span lines, because SageMaker splits CSV by lines;
 * so only a line with a quote in it needs a parser, and a gigabyte passes in seconds.
 *
 * @throws DatasetRejected at a line that is not CSV
 */
export async function* readRecords(
  stream: AsyncIterable<Buffer>,
  delimiter: string,
  { keepsMistakes = false }: ReadOptions = {},
): AsyncGenerator<CsvRecord[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let line = 0;
  const toRecords = (lines: readonly string[]): CsvRecord[] =>
    lines.flatMap((text) => {
      line += 1;
      const row = stripEnds(text, line);
      if (row === '') return [];
      try {
        return [{ fields: splitRow(row, delimiter, line), line, text: row }];
      } catch (error) {
        // A delimiter that is not the project's is wrong in every row.
        if (!keepsMistakes || !(error instanceof NotCsv)) throw error;
        return [{ fields: [], line, text: row, mistake: error.message }];
      }
    });

  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield toRecords(lines);
  }
  yield toRecords([rest + decoder.end()]);
}

/** Without the byte order mark and the carriage return; whether they are allowed was checked before. */
function stripEnds(text: string, line: number): string {
  const begin = line === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  return text.slice(begin, text.endsWith('\r') ? -1 : undefined);
}

/** One row is not CSV. */
class NotCsv extends DatasetRejected {}

function splitRow(row: string, delimiter: string, line: number): string[] {
  if (!row.includes('"')) return row.split(delimiter);
  const fields = splitQuotedRow(row, delimiter);
  if (fields !== undefined) return fields;
  try {
    const records = parse(row, { delimiter, relax_column_count: true });
    return records[0] ?? [];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const other = findDelimiter(row, delimiter);
    if (other !== undefined) throw wrongDelimiter(other, delimiter);
    throw new NotCsv(
      `Line ${line} is not well-formed CSV: a quote is not closed on the line, or stands inside a field. Rows may not span lines: remove line breaks inside quotes.`,
    );
  }
}

/** A delimiter with which a row is well-formed, although it is not with the declared one. */
function findDelimiter(row: string, promised: string): string | undefined {
  return delimiters.find((delimiter) => {
    if (delimiter === promised || !row.includes(delimiter)) return false;
    try {
      return (parse(row, { delimiter })[0]?.length ?? 0) > 1;
    } catch {
      return false;
    }
  });
}
