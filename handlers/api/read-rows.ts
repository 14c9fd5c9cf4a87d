import { parse } from 'csv-parse/sync';
import type { ProjectFacts } from '../../events/index.ts';

export interface RowOptions {
  /** How many rows at most. */
  readonly rows: number;
  /** Further lines that are shown. */
  readonly lines: ReadonlySet<number>;
  /** Whether the bytes are the whole file. */
  readonly isWhole: boolean;
}

export interface FirstRows {
  readonly rows: readonly { readonly line: number; readonly fields: readonly string[] }[];
  readonly isCutShort: boolean;
}

/** Characters of a field that are shown. */
const FIELD_CHARACTERS = 200;

/** Reads the first rows of a file; of a file that is not CSV, its lines as they are. */
export function readRows(
  bytes: Uint8Array,
  { delimiter, encoding, header }: ProjectFacts,
  { rows, lines, isWhole }: RowOptions,
): FirstRows {
  const text = decode(bytes, encoding);
  // The last line may have been cut.
  const end = isWhole ? text.length : text.lastIndexOf('\n') + 1;
  const count = Math.max(rows, ...lines) + (header ? 2 : 1);
  const records = readRecords(text.slice(0, end), delimiter, count);
  const data = header ? records.slice(1) : records;
  const shown = data.filter(({ info }, index) => index < rows || lines.has(info.lines));
  return {
    rows: shown.map(({ record, info }) => ({
      line: info.lines,
      fields: record.map((field) => field.slice(0, FIELD_CHARACTERS)),
    })),
    isCutShort: data.length > shown.length || !isWhole,
  };
}

function decode(bytes: Uint8Array, encoding: ProjectFacts['encoding']): string {
  const label =
    encoding === 'utf-16'
      ? bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-16le'
      : encoding;
  return new TextDecoder(label).decode(bytes);
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function readRecords(text: string, delimiter: string, count: number): readonly CsvRecord[] {
  try {
    return parse(text, {
      delimiter,
      bom: true,
      info: true,
      to: count,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }) as unknown as readonly CsvRecord[];
  } catch {
    return text
      .split('\n')
      .slice(0, count)
      .map((line, index) => ({ record: [line], info: { lines: index + 1 } }));
  }
}
