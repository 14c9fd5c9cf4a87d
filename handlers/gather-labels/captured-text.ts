import { TextDecoder } from 'node:util';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { BrokenLine } from './tally.ts';

/*
 * The same rules as monitoring/python/captures.py, which judges quality by the same captures and labels:
 * monitoring/test/join-cases.json holds both to them.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
 */

const CSV = 'text/csv';
const JSON_TYPE = 'application/json';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The text of one side of a line, and how it is to be read. */
export interface Body {
  readonly text: string;
  readonly isJson: boolean;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws BrokenLine */
export function parseObject(line: Buffer): JsonObject {
  const found = parseJson(decodeUtf8(line), 'the line is not JSON');
  if (!isObject(found)) throw new BrokenLine('the line is not a JSON object');
  return found;
}

function decodeUtf8(line: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    throw new BrokenLine('the line is not UTF-8');
  }
}

/** @throws BrokenLine with this reason */
export function parseJson(text: string, reason: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BrokenLine(reason);
  }
}

/**
 * By what labels find a request: the inference id that the caller sent, else the endpoint's event id.
 *
 * @throws BrokenLine
 */
export function readEventId(line: JsonObject): { readonly id: string; readonly event: JsonObject } {
  const { eventMetadata: event } = line;
  if (!isObject(event)) throw new BrokenLine('eventMetadata is missing');
  const id = event['inferenceId'] || event['eventId'];
  if (typeof id !== 'string' || id === '') {
    throw new BrokenLine('eventMetadata has neither inferenceId nor eventId');
  }
  return { id, event };
}

/** @throws BrokenLine */
export function decodeSide(side: unknown, name: string): Body {
  if (!isObject(side) || typeof side['data'] !== 'string') {
    throw new BrokenLine(`${name}.data is missing`);
  }
  const encoding = textOf(side['encoding']).toUpperCase();
  const { kind, charset } = readContentType(side['observedContentType']);
  if (!['CSV', 'JSON', 'BASE64'].includes(encoding)) {
    throw new BrokenLine(`${name}.encoding is none of CSV, JSON, BASE64`);
  }
  const isEncoded = encoding === 'BASE64';
  const text = isEncoded ? decodeBytes(side['data'], charset, name) : side['data'];
  if (kind === CSV || kind === JSON_TYPE) return { text, isJson: kind === JSON_TYPE };
  if (isEncoded) {
    throw new BrokenLine(`${name}.observedContentType is neither ${CSV} nor ${JSON_TYPE}`);
  }
  return { text, isJson: encoding === 'JSON' };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `text/csv; charset=utf-8` in its parts. */
function readContentType(value: unknown): { readonly kind: string; readonly charset: string } {
  const [kind = '', ...parameters] = textOf(value)
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((part) => part.startsWith('charset='))?.slice('charset='.length);
  return { kind, charset: charset?.replaceAll('"', '') ?? 'utf-8' };
}

const NOT_BASE64 = /[^A-Za-z0-9+/]/;

/** An expression that repeats groups of four has no stack for a body of 8 MB. */
function isBase64(data: string): boolean {
  return data.length % 4 === 0 && !NOT_BASE64.test(data.replace(/={1,2}$/, ''));
}

function decodeBytes(data: string, charset: string, name: string): string {
  const bytes = Buffer.from(data, 'base64');
  const decoder = createDecoder(bytes, charset, name);
  try {
    if (isBase64(data)) return decoder.decode(bytes);
  } catch {
    // Not of this charset.
  }
  throw new BrokenLine(`${name}.data is not base64 of a text in ${charset.slice(0, 20)}`);
}

function createDecoder(bytes: Buffer, charset: string, name: string): TextDecoder {
  const isBigEndian = charset === 'utf-16' && bytes[0] === 0xfe && bytes[1] === 0xff;
  try {
    return new TextDecoder(isBigEndian ? 'utf-16be' : charset, { fatal: true });
  } catch {
    throw new BrokenLine(`${name}.observedContentType names an unknown charset`);
  }
}

/**
 * CSV rows; empty lines are none.
 *
 * @throws BrokenLine
 */
export function parseRecords(text: string, delimiter: string): readonly string[][] {
  if (!text.includes('"') && !text.includes('\r')) {
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(delimiter));
  }
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BrokenLine('data is not CSV');
  }
}
