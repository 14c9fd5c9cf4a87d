import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { countLines, linesOf, type MiniBatch } from '../mini-batches.ts';
import { type FilterPath, parseFilterPath, select } from './json-path.ts';
import { RecordFailure } from './record-failure.ts';
import { type RecordFormat, recordFormatOf } from './record-format.ts';

/** What a transform job does to records before and after the model. */
export interface DataProcessing {
  /**
   * The records as the model receives them, with a line break between them.
   *
   * @throws RecordFailure
   */
  filterInput(batch: MiniBatch): Promise<Buffer>;
  /**
   * The model's answer to the records, as it is stored.
   *
   * @throws RecordFailure
   */
  finish(batch: MiniBatch, answer: Buffer): Promise<Buffer>;
}

/** Other requests are answered after so many records, in place of after a whole payload. */
const RECORDS_PER_TURN = 2_000;

interface Plan {
  readonly format: RecordFormat;
  readonly inputFilter: FilterPath | undefined;
  readonly outputFilter: FilterPath | undefined;
  readonly isJoined: boolean;
  readonly isByLine: boolean;
  readonly inferenceValues: (() => Readonly<Record<string, string>>) | undefined;
}

/** How the records of a job are identified. */
export interface InferenceIds {
  readonly next: () => string;
  /** The time at which the job started. */
  readonly time: string;
}

/** @param ids undefined without `GenerateInferenceId` */
export function createDataProcessing(
  input: CreateTransformJobRequest,
  ids: InferenceIds | undefined,
): DataProcessing {
  const { InputFilter, OutputFilter, JoinSource } = input.DataProcessing ?? {};
  const type = input.TransformInput?.ContentType ?? input.TransformOutput?.Accept;
  const format = recordFormatOf(type);
  const plan = {
    inputFilter: filterOf(InputFilter),
    outputFilter: filterOf(OutputFilter),
    isJoined: JoinSource === 'Input',
    isByLine: input.TransformInput?.SplitType === 'Line',
    inferenceValues: ids === undefined ? undefined : () => inferenceValuesOf(ids),
  };
  const isChanged =
    plan.isJoined || plan.outputFilter !== undefined || plan.inferenceValues !== undefined;
  return {
    filterInput: async (batch) =>
      format === undefined ? batch.bytes : await filterInput({ ...plan, format }, batch),
    finish: async (batch, answer) =>
      format === undefined || !isChanged
        ? answer
        : await finish({ ...plan, format }, batch, answer),
  };
}

function inferenceValuesOf({ next, time }: InferenceIds): Readonly<Record<string, string>> {
  return { SageMakerInferenceId: next(), SageMakerInferenceTime: time };
}

function filterOf(text: string | undefined): FilterPath | undefined {
  const path = text === undefined || text === '' ? undefined : parseFilterPath(text);
  return path === undefined || path.steps.length === 0 ? undefined : path;
}

async function filterInput(plan: Plan, batch: MiniBatch): Promise<Buffer> {
  const { format, inputFilter } = plan;
  if (inputFilter === undefined) return batch.bytes;
  const filtered = new LineWriter();
  for (const record of batch.records()) {
    const value = select(inputFilter, format.parse(textOf(record)));
    await filtered.add(format.render(value));
  }
  return filtered.bytes();
}

async function finish(plan: Plan, batch: MiniBatch, answer: Buffer): Promise<Buffer> {
  const { format, outputFilter, isJoined, inferenceValues } = plan;
  const records = batch.records()[Symbol.iterator]();
  const lines = new LineWriter();
  for (const line of answersOf(plan, batch, answer)) {
    let value = format.parse(textOf(line));
    const { value: record } = records.next() as { readonly value?: Buffer };
    if (isJoined) value = format.join(format.parse(textOf(record)), value);
    if (outputFilter !== undefined) value = select(outputFilter, value);
    if (inferenceValues !== undefined) value = format.append(value, inferenceValues());
    await lines.add(format.render(value));
  }
  return lines.bytes();
}

/** Lines that become bytes every so often, because a million texts need ten times the memory. */
class LineWriter {
  readonly #parts: Buffer[] = [];
  #lines: string[] = [];

  async add(line: string): Promise<void> {
    this.#lines.push(line);
    if (this.#lines.length < RECORDS_PER_TURN) return;
    this.#parts.push(Buffer.from(`${this.#lines.join('\n')}\n`));
    this.#lines = [];
    await nextTurn();
  }

  bytes(): Buffer {
    const all = Buffer.concat([...this.#parts, Buffer.from(this.#lines.join('\n'))]);
    return this.#lines.length === 0 && all.length > 0 ? all.subarray(0, -1) : all;
  }
}

/** One record's answer may have several lines, such as an indented JSON document. */
function answersOf(plan: Plan, batch: MiniBatch, answer: Buffer): Iterable<Buffer> {
  const text = withoutLastBreak(answer);
  const { count } = batch;
  if (!plan.isByLine || count === 1) return [text];
  const lines = countLines(text);
  if (plan.isJoined && lines !== count) {
    throw new RecordFailure(
      `Fail to join data: mismatched line count between the input and the output (${count} records, ${lines} lines)`,
    );
  }
  return linesOf(text);
}

function withoutLastBreak(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}

function textOf(bytes: Buffer | undefined): string {
  if (bytes === undefined) return '';
  if (!isUtf8(bytes)) throw new RecordFailure('Unable to parse data as UTF-8.');
  return bytes.toString('utf8');
}
