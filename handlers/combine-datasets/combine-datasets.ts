import type { CombinationReply, CombinationRequest } from '../../events/index.ts';

const LINE_FEED = 0x0a;
/** What one invocation reads and writes within Lambda's 15 minutes, at a few parts of 8 MiB a second. */
const MAXIMUM_BYTES = 5 * 1024 ** 3;

/** The datasets are too large together. */
export class DatasetTooLarge extends Error {
  override readonly name = 'DatasetTooLarge';

  constructor(maximumBytes: number) {
    super(
      `The rows to train on have more than ${maximumBytes} bytes together, and one function uploads no more; nothing was uploaded or trained. Set rows: 'new' of retraining, which leaves the live model's rows out, or upload fewer rows yourself.`,
    );
  }
}

/** The operations of the object storage that combining needs. */
export interface DatasetStore {
  read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  write(bucket: string, key: string): DatasetSink;
}

/** An object that is written from its beginning to its end. */
export interface DatasetSink {
  write(bytes: Uint8Array): Promise<void>;
  /** @returns the version; undefined in a bucket without versions */
  end(): Promise<string | undefined>;
  /** Leaves nothing of it. */
  abort(): Promise<void>;
}

/**
 * Writes the rows of one or several datasets of one project one after another, in constant memory. S3's own CopyObject may
 * take longer than the 60 seconds that Step Functions waits for a call (https://github.com/aws/aws-sdk-go-v2/issues/712 has
 * a copy of 1 GB whose answer came too late). The bytes of rows stay as
 * they are; each source ends in a line feed, and the names of the columns stand once.
 *
 * Of several, each is in UTF-8, and its names of columns hold no line break; a single one is copied byte by byte.
 *
 * @throws DatasetTooLarge
 */
export async function combineDatasets(
  { bucket, sources, target, header }: CombinationRequest,
  store: DatasetStore,
  maximumBytes = MAXIMUM_BYTES,
): Promise<CombinationReply> {
  const sink = store.write(bucket, target);
  let sizeBytes = 0;
  try {
    for (const [index, key] of sources.entries()) {
      const bytes = await store.read(bucket, key);
      const rows = header && index > 0 ? skipLine(bytes) : bytes;
      for await (const chunk of sources.length > 1 ? closeLine(rows) : rows) {
        sizeBytes += chunk.length;
        if (sizeBytes > maximumBytes) throw new DatasetTooLarge(maximumBytes);
        await sink.write(chunk);
      }
    }
    return { key: target, sizeBytes, versionId: await sink.end() };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Without what stands before the first line feed, and without it. */
async function* skipLine(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isSkipped = false;
  for await (const chunk of bytes) {
    if (isSkipped) {
      yield chunk;
      continue;
    }
    const end = chunk.indexOf(LINE_FEED);
    if (end < 0) continue;
    isSkipped = true;
    yield chunk.subarray(end + 1);
  }
}

/** With a line feed behind the last row where there is none. */
async function* closeLine(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last = LINE_FEED;
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue;
    last = chunk[chunk.length - 1] ?? LINE_FEED;
    yield chunk;
  }
  if (last !== LINE_FEED) yield Uint8Array.of(LINE_FEED);
}
