import { type Json, parseJson } from '../../../../../engine/index.ts';
import { cellsOf, columns } from './csv-row.ts';
import { RecordFailure } from './record-failure.ts';

/** How records of a content type are read, joined and written. */
export interface RecordFormat {
  parse(text: string): unknown;
  /** The result of a filter, as a record. */
  render(value: unknown): string;
  /** A record with its prediction. */
  join(input: unknown, output: unknown): unknown;
  /** Adds named values to a record. */
  append(record: unknown, values: Readonly<Record<string, string>>): unknown;
}

/** The content types of https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html. */
export function recordFormatOf(contentType: string | undefined): RecordFormat | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/csv') return CSV;
  return type === 'application/json' || type === 'application/jsonlines' ? JSON_VALUE : undefined;
}

/** A row is a list of cells; each keeps its text, quotes included. */
const CSV: RecordFormat = {
  parse: cellsOf,
  render: (value) => columns(value).join(','),
  join: (input, output) => [...columns(input), ...columns(output)],
  append: (record, values) => [...columns(record), ...Object.values(values)],
};

const JSON_VALUE: RecordFormat = {
  parse: parseValue,
  render: (value) => JSON.stringify(value),
  join: (input, output) =>
    isObject(input)
      ? { ...input, SageMakerOutput: output }
      : { SageMakerInput: input, SageMakerOutput: output },
  append: (record, values) =>
    isObject(record) ? { ...record, ...values } : { SageMakerOutput: record, ...values },
};

function parseValue(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    throw new RecordFailure(`Failed to parse ${JSON.stringify(text.slice(0, 80))} as JSON.`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
