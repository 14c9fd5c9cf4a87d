import {
  type Body,
  decodeSide,
  isObject,
  parseJson,
  parseObject,
  parseRecords,
  readEventId,
} from './captured-text.ts';
import { BrokenLine } from './tally.ts';

/** A field as a request holds it; a JSON object may leave it out. */
export type Field = string | number | boolean | null;

/** What a captured line says of a request. */
export interface CapturedRequest {
  readonly id: string;
  /** Undefined where it cannot be read. */
  readonly timeMs: number | undefined;
  /** Its rows, each a list of fields, an object, or neither. Read where they are needed. */
  readonly readRows: () => readonly unknown[];
}

/** The columns of a request. */
export interface RequestForm {
  readonly names: readonly string[];
  readonly delimiter: string;
}

export const MISSING_FIELDS = 'a row has fewer fields than a request of this model';
export const EXTRA_FIELDS = 'a row has more fields than a request of this model';

/** @throws BrokenLine */
export function parseCapture(line: Buffer, form: RequestForm): CapturedRequest {
  const { captureData: data, ...rest } = parseObject(line);
  const { id, event } = readEventId(rest);
  const readRows = () => {
    if (!isObject(data) || !('endpointInput' in data)) {
      throw new BrokenLine('captureData.endpointInput is missing');
    }
    return parseRows(decodeSide(data['endpointInput'], 'endpointInput'), form);
  };
  return { id, timeMs: parseTime(event['inferenceTime']), readRows };
}

const ZONE = /(?:[Zz]|[+-]\d{2}:?\d{2})$/;

/** A time without its zone is in UTC. */
function parseTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const timeMs = Date.parse(ZONE.test(value) ? value : `${value}Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function parseRows({ text, isJson }: Body, { names, delimiter }: RequestForm): readonly unknown[] {
  if (isJson) return findRows(parseJson(text, 'endpointInput.data is not JSON'));
  const lines = text.replace(/^\uFEFF/, '');
  const rows = parseRecords(lines, delimiter);
  const fits = (records: readonly string[][]) =>
    records.every((row) => row.length === names.length);
  if (delimiter === ',' || fits(rows)) return rows;
  // Written with the file's delimiter or with commas, as serving reads it.
  const others = parseRecords(lines, ',');
  return fits(others) || !lines.includes(delimiter) ? others : rows;
}

/** The rows of a JSON body: below `rows` or `instances`, a list, or the body itself. */
function findRows(body: unknown): readonly unknown[] {
  if (isObject(body)) {
    const own = ['rows', 'instances'].map((key) => body[key]).find(Array.isArray);
    return own ?? [body];
  }
  if (!Array.isArray(body)) throw new BrokenLine('endpointInput.data holds no rows');
  return body.every((row) => typeof row === 'object' && row !== null) ? body : [body];
}

/**
 * The fields of a row in the order of the request's columns.
 *
 * @throws BrokenLine
 */
export function orderFields(row: unknown, names: readonly string[]): readonly Field[] {
  if (isObject(row) && !Object.keys(row).every((name) => names.includes(name))) {
    throw new BrokenLine(EXTRA_FIELDS);
  }
  const fields: unknown = isObject(row)
    ? names.map((name) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null))
    : row;
  if (
    !Array.isArray(fields) ||
    fields.some((field) => typeof field === 'object' && field !== null)
  ) {
    throw new BrokenLine('a row is neither a list nor an object of fields');
  }
  if (fields.length < names.length) throw new BrokenLine(MISSING_FIELDS);
  if (fields.length > names.length) throw new BrokenLine(EXTRA_FIELDS);
  return fields as Field[];
}
