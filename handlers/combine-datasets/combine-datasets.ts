import type { CombinationReply, CombinationRequest } from '../../events/index.ts';

const LINE_FEED = 0x0a;

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
 */
export async function combineDatasets(
  { bucket, sources, target, header }: CombinationRequest,
  store: DatasetStore,
): Promise<CombinationReply> {
  const sink = store.write(bucket, target);
  let sizeBytes = 0;
  try {
    for (const [index, key] of sources.entries()) {
      const bytes = await store.read(bucket, key);
      for await (const chunk of closeLine(header && index > 0 ? skipLine(bytes) : bytes)) {
        await sink.write(chunk);
        sizeBytes += chunk.length;
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
