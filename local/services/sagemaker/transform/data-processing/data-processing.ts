import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { type FilterPath, parseFilterPath, select } from './json-path.ts';
import { RecordFailure } from './record-failure.ts';
import { type RecordFormat, recordFormatOf } from './record-format.ts';

/** What a transform job does to records before and after the model. */
export interface DataProcessing {
  /**
   * The records as the model receives them.
   *
   * @throws RecordFailure
   */
  filterInput(records: readonly Buffer[]): Promise<readonly Buffer[]>;
  /**
   * The model's answer to the records, as it is stored.
   *
   * @throws RecordFailure
   */
  finish(records: readonly Buffer[], answer: Buffer): Promise<Buffer>;
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
    filterInput: async (records) =>
      format === undefined ? records : await filterInput({ ...plan, format }, records),
    finish: async (records, answer) =>
      format === undefined || !isChanged
        ? answer
        : await finish({ ...plan, format }, records, answer),
  };
}

function inferenceValuesOf({ next, time }: InferenceIds): Readonly<Record<string, string>> {
  return { SageMakerInferenceId: next(), SageMakerInferenceTime: time };
}

function filterOf(text: string | undefined): FilterPath | undefined {
  const path = text === undefined || text === '' ? undefined : parseFilterPath(text);
  return path === undefined || path.steps.length === 0 ? undefined : path;
}

async function filterInput(plan: Plan, records: readonly Buffer[]): Promise<readonly Buffer[]> {
  const { format, inputFilter } = plan;
  if (inputFilter === undefined) return records;
  const filtered: Buffer[] = [];
  for (const record of records) {
    const value = select(inputFilter, format.parse(textOf(record)));
    filtered.push(Buffer.from(format.render(value)));
    if (filtered.length % RECORDS_PER_TURN === 0) await nextTurn();
  }
  return filtered;
}

async function finish(plan: Plan, records: readonly Buffer[], answer: Buffer): Promise<Buffer> {
  const { format, outputFilter, isJoined, inferenceValues } = plan;
  const answers = answersOf(plan, records, answer);
  const lines: string[] = [];
  for (const [index, text] of answers.entries()) {
    let value = format.parse(text);
    if (isJoined) value = format.join(format.parse(textOf(records[index])), value);
    if (outputFilter !== undefined) value = select(outputFilter, value);
    if (inferenceValues !== undefined) value = format.append(value, inferenceValues());
    lines.push(format.render(value));
    if (lines.length % RECORDS_PER_TURN === 0) await nextTurn();
  }
  return Buffer.from(lines.join('\n'));
}

/** One record's answer may have several lines, such as an indented JSON document. */
function answersOf(plan: Plan, records: readonly Buffer[], answer: Buffer): readonly string[] {
  const text = textOf(answer).replace(/\r?\n$/, '');
  if (!plan.isByLine || records.length === 1) return [text];
  const lines = text.split('\n');
  if (plan.isJoined && lines.length !== records.length) {
    throw new RecordFailure(
      `Fail to join data: mismatched line count between the input and the output (${records.length} records, ${lines.length} lines)`,
    );
  }
  return lines;
}

function textOf(bytes: Buffer | undefined): string {
  if (bytes === undefined) return '';
  if (!isUtf8(bytes)) throw new RecordFailure('Unable to parse data as UTF-8.');
  return bytes.toString('utf8');
}
