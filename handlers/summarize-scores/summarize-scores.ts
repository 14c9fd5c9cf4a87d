import type { ScoresRequest, ScoringSummary } from '../../events/index.ts';
import { openRecords } from '../inspect-dataset/open-records.ts';
import { type CsvRecord, readRecords } from '../inspect-dataset/read-records.ts';
import { joinFields } from '../inspect-rows/row-text.ts';
import type { TextSink } from '../object-writer.ts';
import { type AnswersTally, tallyFor } from './answers-summary.ts';
import { ChunkReader } from './chunk-reader.ts';
import {
  type Answer,
  nameExplained,
  readExplainedAnswers,
  readPlainAnswers,
} from './read-answers.ts';
import type { ScoresStore } from './scores-store.ts';

/** Rows that are written together. */
const ROWS_AT_ONCE = 1_000;

/** There are more or fewer answers than rows, so no answer can be matched with its row. */
export class AnswersDiffer extends Error {
  constructor(answers: string, rows: number) {
    super(
      `The model gave ${answers} to ${rows} rows, so that no answer belongs to a row with certainty. No predictions were written. Let the serving script answer a line for each row, in their order.`,
    );
    this.name = 'AnswersDiffer';
  }
}

/**
 * Puts each answer beside its row as it stands in the file, and sums the answers up; reads three streams side
 * by side, in constant memory.
 *
 * @throws AnswersDiffer where the model did not answer each row once
 */
export async function summarizeScores(
  request: ScoresRequest,
  store: ScoresStore,
): Promise<ScoringSummary> {
  const sink = store.create(request.predictions);
  try {
    const joined = await joinAnswers(request, store, sink);
    await sink.end();
    const summary = render(request, joined);
    await store.writeJson(request.summary, summary);
    return summary;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

interface Joined {
  /** Of the predictions. */
  readonly columns: readonly string[];
  readonly tally: AnswersTally;
  /** Rows that the model refused. */
  refused: number;
}

async function joinAnswers(
  request: ScoresRequest,
  store: ScoresStore,
  sink: TextSink,
): Promise<Joined> {
  const { contract, goodRows } = request;
  const answers = new ChunkReader(await readAnswers(request, store));
  const rows = goodRecords(request, store);
  let joined: Joined | undefined;
  let lines: string[] = [];
  let answered = 0;
  for await (const row of rows) {
    if (answers.isDry && !(await answers.fill())) throw countMismatch(answered, goodRows);
    const { fields, isRefused } = answers.take() ?? { fields: [], isRefused: true };
    answered += 1;
    if (joined === undefined) {
      joined = beginWith(fields, request);
      lines.push(joinFields(joined.columns, contract.delimiter));
    }
    if (isRefused) joined.refused += 1;
    else joined.tally.add(fields[0] ?? '', fields[1]);
    lines.push(`${row.text}${contract.delimiter}${joinFields(fields, contract.delimiter)}`);
    if (lines.length < ROWS_AT_ONCE) continue;
    await sink.write(`${lines.join('\n')}\n`);
    lines = [];
  }
  if (lines.length > 0) await sink.write(`${lines.join('\n')}\n`);
  if (joined === undefined) throw countMismatch(0, goodRows);
  if (await answers.fill()) throw new AnswersDiffer('more answers', goodRows);
  return joined;
}

async function readAnswers(
  request: ScoresRequest,
  store: ScoresStore,
): Promise<AsyncIterable<readonly Answer[]>> {
  const stream = await store.read(request.answers);
  return request.explained
    ? readExplainedAnswers(stream, isClass(request))
    : readPlainAnswers(stream);
}

/** The first answer shows what the others are like. */
function beginWith(fields: readonly string[], request: ScoresRequest): Joined {
  return {
    columns: nameColumns(request, nameAnswers(fields.length, request)),
    tally: tallyFor(request.contract.problem, fields),
    refused: 0,
  };
}

function isClass({ contract: { problem } }: ScoresRequest): boolean {
  return problem !== 'regression' && problem !== undefined;
}

function countMismatch(answered: number, rows: number): AnswersDiffer {
  const answers =
    answered === 0 ? 'no answer' : `${answered} ${answered === 1 ? 'answer' : 'answers'}`;
  return new AnswersDiffer(answers, rows);
}

/** The rows of the file that were scored: without its header and without those that were set aside. */
async function* goodRecords(
  { source, contract, rejected, badRows }: ScoresRequest,
  store: ScoresStore,
): AsyncGenerator<CsvRecord> {
  const { records } = await openRecords(source, contract, store, { keepsMistakes: true });
  const setAside = new ChunkReader(
    badRows === 0 ? noRecords() : readRecords(await store.read(rejected), ','),
  );
  const nextLine = async () =>
    (await setAside.fill()) ? Number(setAside.take()?.fields[0]) : Number.NaN;
  // The first line names the columns.
  await nextLine();
  let skipped = await nextLine();
  let isFirst = contract.header;
  for await (const chunk of records) {
    for (const record of chunk) {
      if (isFirst) {
        isFirst = false;
        continue;
      }
      if (record.line === skipped) skipped = await nextLine();
      else yield record;
    }
  }
}

async function* noRecords(): AsyncGenerator<CsvRecord[]> {}

/** The project's columns as the file has them, and those of the answer. */
function nameColumns(
  { contract, labelIndex }: ScoresRequest,
  answers: readonly string[],
): readonly string[] {
  const columns = contract.columns.map(({ name }) => name);
  const own = labelIndex < 0 ? columns.filter((name) => name !== contract.label) : columns;
  return [...own, ...answers];
}

function nameAnswers(count: number, request: ScoresRequest): readonly string[] {
  if (request.explained) return nameExplained(isClass(request));
  const known = isClass(request) && count === 2 ? ['prediction', 'probability'] : ['prediction'];
  return Array.from({ length: count }, (_, index) => known[index] ?? `prediction_${index + 1}`);
}

function render(request: ScoresRequest, { columns, refused, tally }: Joined): ScoringSummary {
  return {
    version: 1,
    project: request.project,
    batchId: request.batchId,
    source: request.source,
    modelPackageArn: request.modelPackageArn,
    explained: request.explained,
    rows: { scored: request.goodRows - refused, rejected: request.badRows, refused },
    problems: request.problems,
    columns: [...columns],
    files: {
      predictions: uriOf(request.predictions),
      ...(request.badRows > 0 ? { rejected: uriOf(request.rejected) } : {}),
    },
    answers: tally.render(),
    drift: request.drift,
    execution: request.execution,
    startedAt: request.startedAt,
    endedAt: request.requestedAt,
  };
}

function uriOf({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `s3://${bucket}/${key}`;
}
