import type { CombinationReply, CombinationRequest } from '../../events/index.ts';
import { identifyFolder } from '../close-folder/close-folder.ts';
import { padLabels } from './pad-labels.ts';

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
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
  /** The keys of the copies that `files.json` of a run names. */
  listCopies(bucket: string, key: string): Promise<readonly string[]>;
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
 * they are, but for an empty label behind them where other rows have one; each source ends in a line feed, and the names
 * of the columns stand once. A folder is closed by its marker.
 *
 * Of several, each is in UTF-8, and its names of columns hold no line break; a single one is copied byte by byte.
 *
 * @throws DatasetTooLarge
 */
export async function combineDatasets(
  request: CombinationRequest,
  store: DatasetStore,
  maximumBytes = MAXIMUM_BYTES,
): Promise<CombinationReply> {
  const { bucket, files, target } = request;
  const live = files === undefined ? [] : await store.listCopies(bucket, files);
  const sources = [...live, ...request.sources];
  const sink = store.write(bucket, target);
  let sizeBytes = 0;
  try {
    for (const [index, key] of sources.entries()) {
      const bytes = await store.read(bucket, key);
      const rows = sources.length > 1 ? joinable(bytes, index === 0, request) : bytes;
      for await (const chunk of rows) {
        sizeBytes += chunk.length;
        if (sizeBytes > maximumBytes) throw new DatasetTooLarge(maximumBytes);
        await sink.write(chunk);
      }
    }
    const versionId = await sink.end();
    const folder = await closeTarget(request, versionId, store);
    return { key: target, sizeBytes, versionId, ...folder };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Closes the folder of the target, where datasets are folders. */
async function closeTarget(
  { bucket, marker, target }: CombinationRequest,
  versionId: string | undefined,
  store: DatasetStore,
): Promise<Partial<CombinationReply>> {
  if (marker === undefined || versionId === undefined) return {};
  const folder = target.slice(0, target.lastIndexOf('/') + 1);
  const datasetId = identifyFolder({ bucket, folder, settings: '' }, [{ key: target, versionId }]);
  const closing =
    marker === '' ? {} : { versionId: await store.write(bucket, `${folder}${marker}`).end() };
  return { key: folder, datasetId, ...closing };
}

/** The bytes of a source as they may stand behind others. */
function joinable(
  bytes: AsyncIterable<Uint8Array>,
  isFirst: boolean,
  { header, labelColumn }: CombinationRequest,
): AsyncIterable<Uint8Array> {
  const closed = closeLine(isFirst ? bytes : skipMark(bytes));
  const padded = labelColumn === undefined ? closed : padLabels(closed, { ...labelColumn, header });
  return header && !isFirst ? skipLine(padded) : padded;
}

/** Without a byte order mark, which belongs to the beginning of a file. */
async function* skipMark(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begin: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (begin === undefined) {
      yield chunk;
      continue;
    }
    begin = Buffer.concat([begin, chunk]);
    if (begin.length < BYTE_ORDER_MARK.length) continue;
    yield withoutMark(begin);
    begin = undefined;
  }
  if (begin !== undefined) yield begin;
}

function withoutMark(begin: Uint8Array): Uint8Array {
  const isMarked = BYTE_ORDER_MARK.every((byte, index) => begin[index] === byte);
  return isMarked ? begin.subarray(BYTE_ORDER_MARK.length) : begin;
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
