import { Readable } from 'node:stream';
import {
  type Json,
  parseDocument,
  type ResultWriter,
  writeJson,
} from '../../../../engine/index.ts';
import { isJsonObject, textOf } from '../json-value.ts';
import type { Bucket } from './bucket.ts';
import type { ChildResult, MapResults } from './results.ts';

export interface WrittenRun {
  readonly mapRunArn: string;
  readonly childMachineArn: string;
  readonly results: MapResults;
  /** Children that were never started. */
  readonly pending: Iterable<ChildResult>;
}

/**
 * The output of the Map: the children's outputs, or the location of their results.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export async function writeResults(
  writer: ResultWriter | undefined,
  run: WrittenRun,
  bucket: Bucket,
): Promise<Json> {
  const transformation = transformationOf(writer);
  if (writer?.resource === undefined) {
    return [...shape(transformation ?? 'COMPACT', run, run.results.inOrder())];
  }
  const args = isJsonObject(writer.arguments ?? null) ? writer.arguments : {};
  const { Bucket: name, Prefix: prefix } = isJsonObject(args) ? args : {};
  const folder = [textOf(prefix), run.mapRunArn.slice(run.mapRunArn.lastIndexOf(':') + 1)]
    .filter((part) => part !== '')
    .join('/');
  const destination = { bucket, name: textOf(name), folder, writer };
  const files = {
    FAILED: await writeFile(destination, 'FAILED', shape('NONE', run, failed(run.results))),
    PENDING: await writeFile(destination, 'PENDING', shape('NONE', run, run.pending)),
    SUCCEEDED: await writeFile(
      destination,
      'SUCCEEDED',
      shape(transformation ?? 'NONE', run, succeeded(run.results)),
    ),
  };
  const manifest = {
    DestinationBucket: destination.name,
    MapRunArn: run.mapRunArn,
    ResultFiles: files,
  };
  const key = `${folder}/manifest.json`;
  await bucket.put(destination.name, key, JSON.stringify(manifest));
  return {
    MapRunArn: run.mapRunArn,
    ResultWriterDetails: { Bucket: destination.name, Key: key },
  };
}

type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';

function transformationOf(writer: ResultWriter | undefined): Transformation | undefined {
  const wanted = writer?.writerConfig?.['Transformation'];
  return wanted === 'NONE' || wanted === 'COMPACT' || wanted === 'FLATTEN' ? wanted : undefined;
}

function* succeeded(results: MapResults): Generator<ChildResult> {
  for (const result of results.inOrder()) if (result.status === 'SUCCEEDED') yield result;
}

function* failed(results: MapResults): Generator<ChildResult> {
  for (const result of results.inOrder()) if (result.status !== 'SUCCEEDED') yield result;
}

function* shape(
  transformation: Transformation,
  run: WrittenRun,
  results: Iterable<ChildResult>,
): Generator<Json> {
  for (const result of results) {
    if (transformation === 'NONE') {
      yield recordOf(run, result);
    } else if (result.output !== undefined) {
      const output = parseDocument(result.output);
      if (transformation === 'FLATTEN' && Array.isArray(output)) yield* output;
      else yield output;
    }
  }
}

function recordOf(run: WrittenRun, result: ChildResult): Json {
  const { status, redriveCount } = result;
  const redrivable = status !== 'SUCCEEDED';
  return {
    ...(result.cause === undefined ? {} : { Cause: result.cause }),
    ...(result.error === undefined ? {} : { Error: result.error }),
    ExecutionArn: result.executionArn,
    Input: result.input,
    InputDetails: { Included: true },
    Name: result.name,
    ...(result.output === undefined ? {} : { Output: result.output }),
    ...(result.output === undefined ? {} : { OutputDetails: { Included: true } }),
    RedriveCount: redriveCount,
    RedriveStatus: redrivable ? 'REDRIVABLE_BY_MAP_RUN' : 'NOT_REDRIVABLE',
    ...(redrivable ? {} : { RedriveStatusReason: `Execution is ${status} and cannot be redriven` }),
    StartDate: new Date(result.startDate).toISOString(),
    StateMachineArn: run.childMachineArn,
    Status: status,
    StopDate: new Date(result.stopDate).toISOString(),
  };
}

interface Destination {
  readonly bucket: Bucket;
  readonly name: string;
  readonly folder: string;
  readonly writer: ResultWriter;
}

type WrittenFile = { readonly Key: string; readonly Size: number };

/** Writes `<kind>_0.json` unless there is nothing to write. */
async function writeFile(
  { bucket, folder, name, writer }: Destination,
  kind: string,
  records: Iterator<Json> & Iterable<Json>,
): Promise<readonly WrittenFile[]> {
  const first = records.next();
  if (first.done === true) return [];
  const lines = writer.writerConfig?.['OutputType'] === 'JSONL';
  const Key = `${folder}/${kind}_0.${lines ? 'jsonl' : 'json'}`;
  let Size = 0;
  function* chunks(): Generator<Buffer> {
    for (const text of texts(first.value as Json, records, lines)) {
      const chunk = Buffer.from(text);
      Size += chunk.length;
      yield chunk;
    }
  }
  await bucket.put(name, Key, Readable.from(chunks()));
  return [{ Key, Size }];
}

function* texts(first: Json, rest: Iterable<Json>, lines: boolean): Generator<string> {
  yield `${lines ? '' : '['}${writeJson(first)}`;
  for (const record of rest) yield `${lines ? '\n' : ','}${writeJson(record)}`;
  yield lines ? '\n' : ']';
}
