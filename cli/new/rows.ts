import { createReadStream } from 'node:fs';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { splitQuotedRow } from '../../events/index.ts';
import { visibleLine } from '../../local/index.ts';
import { refusal, type SourceFile } from './source-file.ts';
import { CHUNK_BYTES, type Encoding } from './survey.ts';

/** The lines of a file, a chunk at a time. */
export interface LineBatch {
  readonly lines: readonly string[];
  /** The number of the first line, counted from 1. */
  readonly firstLine: number;
  readonly sizeBytes: number;
}

/** Which line ends were seen. */
export interface LineEnds {
  lineFeeds: number;
  carriageReturns: number;
}

/** The limit of inspection: no real row is longer, and one line could fill the memory. */
const MAXIMUM_LINE_CHARACTERS = 1024 * 1024;

/**
 * Reads a file by lines without their ends. Rows may not span lines, because SageMaker splits CSV by lines.
 *
 * @throws UserError at a line that is too long, or ends in a carriage return alone
 */
export async function* readLines(
  source: SourceFile,
  { decoder: label }: Encoding,
  ends: LineEnds,
): AsyncGenerator<LineBatch> {
  const decoder = label === 'ascii' ? undefined : new TextDecoder(label);
  let rest = '';
  let firstLine = 1;
  let skipped = label === 'ascii' ? byteOrderMarkBytes(source) : 0;
  for await (const chunk of createReadStream(source.path, { highWaterMark: CHUNK_BYTES })) {
    const bytes = (chunk as Buffer).subarray(skipped);
    skipped = 0;
    const text = decoder?.decode(bytes, { stream: true }) ?? bytes.toString('latin1');
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAXIMUM_LINE_CHARACTERS) throw tooLong(source, firstLine + lines.length);
    if (text.includes('\r')) stripCarriageReturns(lines, firstLine, source, ends);
    else ends.lineFeeds += lines.length;
    yield { lines, firstLine, sizeBytes: (chunk as Buffer).length };
    firstLine += lines.length;
  }
  const last = [rest + (decoder?.decode() ?? '')];
  stripCarriageReturns(last, firstLine, source, { lineFeeds: 0, carriageReturns: 0 });
  yield { lines: last, firstLine, sizeBytes: 0 };
}

function byteOrderMarkBytes({ head }: SourceFile): number {
  return head[0] === 0xef ? 3 : 0;
}

function stripCarriageReturns(
  lines: string[],
  firstLine: number,
  source: SourceFile,
  ends: LineEnds,
): void {
  for (const [index, line] of lines.entries()) {
    const at = line.indexOf('\r');
    if (at < 0) {
      ends.lineFeeds += 1;
      continue;
    }
    if (at !== line.length - 1) throw loneCarriageReturn(source, firstLine + index);
    ends.carriageReturns += 1;
    lines[index] = line.slice(0, -1);
  }
}

function tooLong({ path }: SourceFile, line: number): Error {
  return refusal(
    visibleLine(path),
    `has more than ${MAXIMUM_LINE_CHARACTERS} characters in line ${line}`,
    'Check its line ends and quotes.',
  );
}

function loneCarriageReturn({ path }: SourceFile, line: number): Error {
  return refusal(
    visibleLine(path),
    `holds a carriage return inside line ${line}, where other programs begin a new line`,
    'Save the file with LF or CR LF line ends.',
  );
}

/** A quote that is not closed, or stands inside a field. */
export class MisplacedQuote extends Error {}

/**
 * The fields of a line.
 *
 * @throws MisplacedQuote at a line that is not CSV
 */
export function splitRow(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  return splitQuotedRow(line, delimiter) ?? parseQuoted(line, delimiter);
}

function parseQuoted(line: string, delimiter: string): string[] {
  try {
    return parse(line, { delimiter, relax_column_count: true })[0] ?? [];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new MisplacedQuote(error.message, { cause: error });
  }
}

/** What is wrong with the quotes of a line. */
export function misplacedQuote({ path }: SourceFile, line: number, text: string): Error {
  const isOpen = text.split('"').length % 2 === 0;
  return refusal(
    visibleLine(path),
    isOpen
      ? `has a quote in line ${line} that is not closed on the line`
      : `has a quote inside a field in line ${line}`,
    isOpen
      ? 'Close it. Where a text holds line breaks, remove them: a row may not span lines.'
      : 'Put the whole field in quotes and write the quote twice: "5"" pipe".',
  );
}
