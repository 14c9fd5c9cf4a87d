import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Json } from '../../../../engine/index.ts';
import { MAX_FOOTER_BYTES, MAX_ROW_GROUP_BYTES } from '../limits.ts';
import { ItemReaderFailure } from './failures.ts';

/** A file that is read in ranges: first the footer of the Parquet file, then one row group at a time. */
export interface RandomAccess {
  readonly byteLength: number;
  /** @param end exclusive; undefined is the end of the file */
  read(start: number, end: number | undefined): Promise<Uint8Array>;
}

/** Every row as an object of its columns; one row group is held in memory at a time. */
export async function* readParquet(open: RandomAccess, key: string): AsyncGenerator<Json> {
  const file = asyncBufferOf(open);
  const metadata = await parsing(key, () => parquetMetadataAsync(file, { parsers }));
  checkLimits(metadata, key);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parsing(key, () =>
      parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors, parsers }),
    );
    for (const row of rows) yield toJson(row);
    rowStart = rowEnd;
  }
}

function asyncBufferOf(open: RandomAccess): AsyncBuffer {
  return {
    byteLength: open.byteLength,
    async slice(start, end) {
      const bytes = await open.read(start, end);
      return new Uint8Array(bytes).buffer;
    },
  };
}

function checkLimits(metadata: FileMetaData, key: string): void {
  if (metadata.metadata_length > MAX_FOOTER_BYTES) {
    throw new ItemReaderFailure(`The footer of the Parquet file ${key} exceeds 5 MB.`);
  }
  if (metadata.row_groups.some((group) => Number(group.total_byte_size) > MAX_ROW_GROUP_BYTES)) {
    throw new ItemReaderFailure(`A row group of the Parquet file ${key} exceeds 256 MB.`);
  }
}

/** The library throws plain errors for an invalid Parquet file; S3's errors pass. */
async function parsing<Value>(key: string, parse: () => Promise<Value>): Promise<Value> {
  try {
    return await parse();
  } catch (error) {
    if (error instanceof ItemReaderFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ItemReaderFailure(`Unable to read the Parquet file ${key}: ${reason}`, {
      cause: error,
    });
  }
}

const DAY_MS = 86_400_000;

const parsers = {
  dateFromDays: (days: number) => new Date(days * DAY_MS).toISOString().slice(0, 10),
};

/** Times become ISO 8601, bytes base64, 64-bit integers numbers. */
function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
}
