import type { Schemas } from '../../../api/client/index.ts';
import { DatasetRejected, RowJudge, splitQuotedRow } from '../../../api/rules/index.ts';

/** Rows that are judged before the upload; inspection judges all. */
const JUDGED_ROWS = 1_000;
/** More bytes are not read for them. */
const JUDGED_BYTES = 4_000_000;
const LONGEST_LIST = 5;

export interface RowsCheck {
  readonly rows: number;
  /** Why rows will be set aside: the first of them. */
  readonly reasons: readonly string[];
  readonly setAside: number;
  /** Why no row of the file can be scored. */
  readonly refusal: string | undefined;
}

/** Judges the first rows of a file by the rules of inspection. */
export async function checkRows(file: Blob, project: Schemas['Project']): Promise<RowsCheck> {
  const bytes = await file.slice(0, JUDGED_BYTES).arrayBuffer();
  const label = project.encoding === 'utf-16' ? 'utf-16le' : project.encoding;
  const lines = new TextDecoder(label).decode(bytes).split('\n');
  // The last line may have been cut.
  if (file.size > JUDGED_BYTES) lines.pop();
  return judgeLines(lines.slice(0, JUDGED_ROWS + 1), project);
}

function judgeLines(lines: readonly string[], project: Schemas['Project']): RowsCheck {
  const judge = new RowJudge({
    ...project,
    decimal: project.decimal === ',' ? ',' : '.',
    // The check of all rows is inspection's.
    minimumRows: 0,
  });
  const found: string[] = [];
  let rows = 0;
  let setAside = 0;
  const result = (refusal?: string) => ({
    rows,
    setAside,
    reasons: found.slice(0, LONGEST_LIST),
    refusal,
  });
  try {
    for (const [index, text] of lines.entries()) {
      const row = text.replace(/\r$/, '');
      if (row === '') continue;
      const verdict = judge.judge(splitRow(row, project.delimiter), index + 1);
      if (verdict.kind === 'header') continue;
      rows += 1;
      if (verdict.kind !== 'bad') continue;
      setAside += 1;
      found.push(...verdict.reasons);
    }
    return result();
  } catch (error) {
    if (!(error instanceof DatasetRejected)) throw error;
    return result(error.message);
  }
}

function splitRow(row: string, delimiter: string): readonly string[] {
  if (!row.includes('"')) return row.split(delimiter);
  return splitQuotedRow(row, delimiter) ?? [];
}
