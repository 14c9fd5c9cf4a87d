import { splitQuotedRow } from '../../events/index.ts';
import { quoteField } from '../inspect-rows/row-text.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

interface LabelColumn {
  readonly name: string;
  /** How many columns a file has without it. */
  readonly columns: number;
  readonly delimiter: string;
  readonly header: boolean;
}

/**
 * Writes an empty label behind each row of a file without labels. Rows do not span lines, and lines are read as bytes,
 * because rows may be in windows-1252.
 *
 * @param bytes which end in a line feed
 */
export async function* padLabels(
  bytes: AsyncIterable<Uint8Array>,
  column: LabelColumn,
): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  let isPadded = false;
  for await (const lines of wholeLines(bytes)) {
    const padded: Buffer[] = [];
    for (const line of lines) {
      if (isFirst) isPadded = countFields(line, column.delimiter) === column.columns;
      const name = isFirst && column.header ? quoteField(column.name, column.delimiter) : '';
      isFirst = false;
      padded.push(isPadded ? pad(line, `${column.delimiter}${name}`) : line);
    }
    yield Buffer.concat(padded);
  }
}

function countFields(line: Buffer, delimiter: string): number {
  const text = line.toString('latin1').replace(/\r?\n$/, '');
  return (splitQuotedRow(text, delimiter) ?? text.split(delimiter)).length;
}

/** An empty line is no row. */
function pad(line: Buffer, field: string): Buffer {
  const end = line.at(-2) === CARRIAGE_RETURN ? line.length - 2 : line.length - 1;
  if (end === 0) return line;
  return Buffer.concat([line.subarray(0, end), Buffer.from(field), line.subarray(end)]);
}

/** Lines with their ends, as many at a time as a chunk completes. */
async function* wholeLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = Buffer.concat([rest, chunk]);
    const lines: Buffer[] = [];
    let begin = 0;
    for (let end = all.indexOf(LINE_FEED); end >= 0; end = all.indexOf(LINE_FEED, begin)) {
      lines.push(all.subarray(begin, end + 1));
      begin = end + 1;
    }
    rest = all.subarray(begin);
    yield lines;
  }
}
