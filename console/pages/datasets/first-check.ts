import type { Schemas } from '../../../api/client/index.ts';
import { DatasetRejected, RowInspector, splitQuotedRow } from '../../../api/rules/index.ts';

/** Rows that are checked before the upload; inspection checks all. */
export const CHECKED_ROWS = 1_000;
/** More bytes are not read for them. */
const CHECKED_BYTES = 4_000_000;
const LONGEST_LIST = 8;

export interface FirstCheck {
  readonly rows: number;
  /** Places that inspection will refuse; empty where none was found. */
  readonly mistakes: readonly string[];
}

/** Judges the header and the first rows of a file by the rules of inspection. */
export async function checkFirstRows(file: Blob, project: Schemas['Project']): Promise<FirstCheck> {
  const bytes = await file.slice(0, CHECKED_BYTES).arrayBuffer();
  const text = new TextDecoder(
    project.encoding === 'utf-16' ? 'utf-16le' : project.encoding,
  ).decode(bytes);
  const lines = text.split('\n');
  // The last line may have been cut.
  if (file.size > CHECKED_BYTES) lines.pop();
  return inspectLines(lines.slice(0, CHECKED_ROWS + (project.header ? 1 : 0)), project);
}

function inspectLines(lines: readonly string[], project: Schemas['Project']): FirstCheck {
  const isDecimalComma = project.decimal === ',';
  const inspector = new RowInspector({
    ...project,
    decimal: isDecimalComma ? ',' : '.',
    // The check of all rows is inspection's.
    minimumRows: 0,
  });
  try {
    for (const [index, text] of lines.entries()) {
      const row = text.replace(/\r$/, '');
      if (row === '') continue;
      const fields = row.includes('"')
        ? splitQuotedRow(row, project.delimiter)
        : row.split(project.delimiter);
      if (fields === undefined)
        throw new DatasetRejected(`Line ${index + 1} is not well-formed CSV.`);
      inspector.inspect(fields, index + 1);
    }
    if (inspector.count === 0) return { rows: 0, mistakes: ['The file has no row of data.'] };
    return { rows: inspector.count, mistakes: inspector.quote().slice(0, LONGEST_LIST) };
  } catch (error) {
    if (!(error instanceof DatasetRejected)) throw error;
    return { rows: inspector.count, mistakes: [error.message] };
  }
}
