import {
  type ItemSource,
  type Json,
  JsonTooDeep,
  type MapItem,
  parseDocument,
} from '../../../../engine/index.ts';
import { isJsonObject, textOf } from '../json-value.ts';
import type { Bucket, ListedObject } from './bucket.ts';
import { readCsv } from './csv-items.ts';
import { ItemReaderFailure } from './failures.ts';
import { readLines } from './lines.ts';
import { readParquet } from './parquet-items.ts';

type ReaderSource = Extract<ItemSource, { readonly kind: 'reader' }>;
type Settings = ReaderSource['readerConfig'];

/**
 * The items of a distributed Map in order. Listings, CSV and JSON Lines are streamed,
 * Parquet is read in row groups, and a JSON array as a whole.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export async function* readItems(source: ItemSource, bucket: Bucket): AsyncGenerator<MapItem> {
  if (source.kind === 'items') {
    for (const [index, value] of source.items.entries()) {
      yield { index, value, key: source.keys?.[index], source: 'STATE_DATA' };
    }
    return;
  }
  const limit = maxItems(source.readerConfig);
  let index = 0;
  for await (const { value, origin } of readSource(source, bucket)) {
    if (index >= limit) return;
    yield { index, value, source: origin };
    index += 1;
  }
}

interface ReadValue {
  readonly value: Json;
  /** The object it came from. */
  readonly origin: string;
}

/** 0 means all, as it does on AWS. */
function maxItems({ MaxItems: wanted }: Settings): number {
  const limit = wanted === undefined || wanted === null ? 0 : Number(wanted);
  if (Number.isNaN(limit) || limit < 0)
    throw new ItemReaderFailure('field MaxItems must be positive');
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

async function* readSource(source: ReaderSource, bucket: Bucket): AsyncGenerator<ReadValue> {
  const args = isJsonObject(source.arguments) ? source.arguments : {};
  const name = textOf(args['Bucket']);
  const owner = source.readerConfig['ExpectedBucketOwner'] ?? args['ExpectedBucketOwner'];
  if (typeof owner === 'string') bucket.checkOwner(owner);
  if (source.resource.endsWith(':s3:listObjectsV2')) {
    yield* readListing(source, name, bucket);
    return;
  }
  const key = textOf(args['Key']);
  const version = typeof args['VersionId'] === 'string' ? args['VersionId'] : undefined;
  if (source.readerConfig['InputType'] === 'MANIFEST' || source.readerConfig['ManifestType']) {
    yield* readManifest(source.readerConfig, name, key, bucket);
    return;
  }
  yield* readObject(source.readerConfig, name, key, bucket, version);
}

async function* readListing(
  { arguments: args, readerConfig }: ReaderSource,
  name: string,
  bucket: Bucket,
): AsyncGenerator<ReadValue> {
  const flatten = readerConfig['Transformation'] === 'LOAD_AND_FLATTEN';
  for await (const object of bucket.list(isJsonObject(args) ? args : {})) {
    if (flatten) yield* readObject(readerConfig, name, object.Key ?? '', bucket);
    else yield { value: listedItem(object), origin: `S3://${name}` };
  }
}

/** AWS spells `Etag` here, and gives `LastModified` in seconds. */
function listedItem(object: ListedObject): Json {
  return {
    Etag: object.ETag ?? '',
    Key: object.Key ?? '',
    LastModified: Math.floor((object.LastModified?.getTime() ?? 0) / 1000),
    Size: object.Size ?? 0,
    StorageClass: object.StorageClass ?? 'STANDARD',
  };
}

async function* readObject(
  settings: Settings,
  name: string,
  key: string,
  bucket: Bucket,
  versionId?: string,
): AsyncGenerator<ReadValue> {
  const origin = `S3://${name}/${key}`;
  if (settings['InputType'] === 'PARQUET') {
    if (versionId !== undefined) {
      throw new ItemReaderFailure('VersionId is not supported for the InputType PARQUET.');
    }
    const file = await bucket.openFile(name, key);
    for await (const value of readParquet(file, key)) yield { value, origin };
    return;
  }
  const text = await bucket.open(name, key, versionId);
  for await (const value of readText(settings, text, key)) yield { value, origin };
}

function readText(
  settings: Settings,
  text: AsyncIterable<string>,
  key: string,
): AsyncIterable<Json> {
  switch (textOf(settings['InputType'] ?? 'JSON')) {
    case 'CSV':
      return readCsv(settings, text);
    case 'JSON':
      return readJson(settings, text);
    case 'JSONL':
      return readJsonLines(text);
    default:
      throw new ItemReaderFailure(
        `stepmill does not read the InputType ${textOf(settings['InputType'])}: ${key} was not read and no item was started. Use CSV, JSON, JSONL or PARQUET.`,
      );
  }
}

async function* readJson(settings: Settings, text: AsyncIterable<string>): AsyncGenerator<Json> {
  let whole = '';
  for await (const chunk of text) whole += chunk;
  const items = atPointer(parseItem(whole), settings['ItemsPointer']);
  if (Array.isArray(items)) yield* items;
  else if (isJsonObject(items)) {
    for (const [Key, Value] of Object.entries(items)) yield { Key, Value };
  } else throw new ItemReaderFailure('Attempting to map over non-iterable node.');
}

/** A JSON pointer into the document; the top level if there is none. */
function atPointer(document: Json, pointer: Json | undefined): Json | undefined {
  if (typeof pointer !== 'string' || pointer === '') return document;
  let value: Json | undefined = document;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isJsonObject(value) ? value[name] : undefined;
  }
  return value;
}

async function* readJsonLines(text: AsyncIterable<string>): AsyncGenerator<Json> {
  for await (const line of readLines(text)) {
    if (line.trim() !== '') yield parseItem(line);
  }
}

function parseItem(text: string): Json {
  try {
    return parseDocument(text);
  } catch (error) {
    if (error instanceof JsonTooDeep) throw new ItemReaderFailure(error.message, { cause: error });
    throw new ItemReaderFailure('Unable to parse the JSON of the item source.', { cause: error });
  }
}

async function* readManifest(
  settings: Settings,
  name: string,
  key: string,
  bucket: Bucket,
): AsyncGenerator<ReadValue> {
  if (settings['ManifestType'] === 'ATHENA_DATA') {
    for await (const line of readLines(await bucket.open(name, key))) {
      const [, dataBucket, dataKey] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(line.trim()) ?? [];
      if (dataBucket !== undefined && dataKey !== undefined) {
        yield* readObject(settings, dataBucket, dataKey, bucket);
      }
    }
    return;
  }
  yield* readInventory(name, key, bucket);
}

/** An S3 Inventory report: a manifest that names compressed CSV files and their columns. */
async function* readInventory(
  name: string,
  key: string,
  bucket: Bucket,
): AsyncGenerator<ReadValue> {
  let whole = '';
  for await (const chunk of await bucket.open(name, key)) whole += chunk;
  const manifest = parseItem(whole);
  if (!isJsonObject(manifest) || !Array.isArray(manifest['files'])) {
    throw new ItemReaderFailure(`${key} is not a manifest of an S3 Inventory report.`);
  }
  const format = manifest['fileFormat'] ?? 'CSV';
  if (format !== 'CSV') {
    throw new ItemReaderFailure(
      `The S3 Inventory report ${key} has the format ${textOf(format)}; only CSV is supported.`,
    );
  }
  // The report and its manifest are in the inventory's destination.
  const columns = textOf(manifest['fileSchema']).split(/,\s*/);
  const settings = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: columns };
  const files: readonly Json[] = manifest['files'];
  for (const file of files) {
    const fileKey = isJsonObject(file) ? textOf(file['key']) : '';
    yield* readObject(settings, name, fileKey, bucket);
  }
}
