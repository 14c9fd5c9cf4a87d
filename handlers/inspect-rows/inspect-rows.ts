import { DatasetRejected, RowJudge } from '../../api/rules/index.ts';
import type { QuarantineRecord, RowsReply, RowsRequest } from '../../events/index.ts';
import { type OpenRecords, openRecords } from '../inspect-dataset/open-records.ts';
import type { CsvRecord } from '../inspect-dataset/read-records.ts';
import type { TextSink } from '../object-writer.ts';
import type { BatchStore } from './batch-store.ts';
import { joinFields, quoteField } from './row-text.ts';

/** The first line of the rows that were set aside. */
const REJECTED_HEADER = 'line,reasons,row\n';

/**
 * Reads a file that is to be scored once as a stream, in constant memory. Good rows are kept in their order, as
 * the model takes them; each bad one is set aside with its line and the reasons.
 */
export async function inspectRows(request: RowsRequest, store: BatchStore): Promise<RowsReply> {
  try {
    return await sortRows(request, store);
  } catch (error) {
    if (!(error instanceof DatasetRejected)) throw error;
    await store.writeJson(request.record, renderRecord(request, error));
    return { accepted: false, reason: error.message, problems: [...error.problems] };
  }
}

/** Why the file was refused, with the values, which only this record contains. */
function renderRecord(
  { project, batch, execution, requestedAt }: RowsRequest,
  { message, quoted }: DatasetRejected,
): QuarantineRecord {
  return {
    project,
    dataset: batch,
    reason: message,
    problems: [...quoted],
    execution,
    recordedAt: requestedAt,
  };
}

async function sortRows(request: RowsRequest, store: BatchStore): Promise<RowsReply> {
  const { contract, source } = request;
  const opened = await openRecords(source, contract, store, { keepsMistakes: true });
  const rows = store.create(request.rows);
  const rejected = store.create(request.rejected);
  const judge = new RowJudge(contract);
  try {
    const counts = await writeRows(opened, { judge, rows, rejected, contract });
    demandRows(judge, counts);
    await rows.end();
    await (counts.badRows > 0 ? rejected.end() : rejected.abort());
    return {
      accepted: true,
      ...counts,
      sha256: opened.digest().sha256,
      labelIndex: judge.labelIndex,
      problems: judge.problems.list(),
    };
  } catch (error) {
    await rows.abort();
    await rejected.abort();
    throw error;
  }
}

interface Counts {
  readonly goodRows: number;
  readonly badRows: number;
}

interface Sorting {
  readonly contract: RowsRequest['contract'];
  readonly judge: RowJudge;
  readonly rows: TextSink;
  readonly rejected: TextSink;
}

async function writeRows(
  { records }: OpenRecords,
  { contract, judge, rows, rejected }: Sorting,
): Promise<Counts> {
  let goodRows = 0;
  let badRows = 0;
  for await (const chunk of records) {
    const good: string[] = [];
    const bad: string[] = [];
    for (const record of chunk) {
      const verdict = judgeRecord(judge, record);
      if (verdict.kind === 'good') good.push(`${requestOf(record, judge, contract.delimiter)}\n`);
      if (verdict.kind === 'bad') bad.push(renderRejected(record, verdict.reasons));
    }
    if (badRows === 0 && bad.length > 0) await rejected.write(REJECTED_HEADER);
    await rows.write(good.join(''));
    await rejected.write(bad.join(''));
    goodRows += good.length;
    badRows += bad.length;
  }
  return { goodRows, badRows };
}

function judgeRecord(judge: RowJudge, { fields, line, mistake }: CsvRecord) {
  return mistake === undefined
    ? judge.judge(fields, line)
    : judge.setAside(line, 'not CSV', mistake.replace(/^Line \d+ /, ''));
}

/** The row as it stands in the file, without its label. */
function requestOf({ fields, text }: CsvRecord, { labelIndex }: RowJudge, delimiter: string) {
  if (labelIndex < 0) return text;
  return joinFields(fields.toSpliced(labelIndex, 1), delimiter);
}

function renderRejected({ line, text }: CsvRecord, reasons: readonly string[]): string {
  return `${line},${quoteField(reasons.join('; '), ',')},${quoteField(text, ',')}\n`;
}

/** @throws DatasetRejected where there is no row to score */
function demandRows({ problems }: RowJudge, { goodRows, badRows }: Counts): void {
  if (goodRows > 0) return;
  if (badRows === 0) {
    throw new DatasetRejected('The file is empty: it holds no row. Upload a file with rows.');
  }
  const first = problems.list()[0]?.examples[0] ?? '';
  throw new DatasetRejected(
    `None of the ${badRows} rows can be scored; first: ${first}. Correct the file and upload it again.`,
    problems,
  );
}
