import type { CombinationReply, CombinationRequest } from '../../events/index.ts';

const LINE_FEED = 0x0a;
/**
 * CopyObject, which uploads the result, copies no more.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
 */
const MAXIMUM_BYTES = 5 * 1024 ** 3;

/** The datasets are too large together. */
export class DatasetTooLarge extends Error {
  override readonly name = 'DatasetTooLarge';

  constructor(maximumBytes: number) {
    super(
      `The rows of the live model and the new ones have more than ${maximumBytes} bytes together, and S3 does not copy larger objects; nothing was uploaded or trained. Set rows: 'new' of retraining, or upload fewer rows yourself.`,
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
  end(): Promise<void>;
  /** Leaves nothing of it. */
  abort(): Promise<void>;
}

/**
 * Writes the rows of several datasets of one project one after another, in constant memory. The bytes of rows stay as
 * they are; each source ends in a line feed, and the names of the columns stand once.
 *
 * A source is in UTF-8, and its names of columns hold no line break.
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
      for await (const chunk of closeLine(header && index > 0 ? skipLine(bytes) : bytes)) {
        sizeBytes += chunk.length;
        if (sizeBytes > maximumBytes) throw new DatasetTooLarge(maximumBytes);
        await sink.write(chunk);
      }
    }
    await sink.end();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return { key: target, sizeBytes };
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
