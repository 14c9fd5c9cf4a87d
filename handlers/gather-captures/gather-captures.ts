import type { GatheringReply, GatheringRequest } from '../../events/index.ts';
import { NothingReadable, UnreadableObjects } from '../unreadable-objects.ts';
import { type Hours, listHours } from './hours.ts';

const HOUR = 3_600_000;
/** What a job can download in its time. */
const MAXIMUM_FILES = 100_000;
/** Objects that are tried at a time. */
const CONCURRENCY = 32;

/** The operations of the object storage that gathering needs. */
export interface CaptureStore {
  /** Keys and sizes of the objects below a prefix, page by page. */
  list(bucket: string, prefix: string): AsyncIterable<readonly StoredFile[]>;
  /** Why an object cannot be read, as the name of S3's error; undefined where it can. */
  tryToRead(bucket: string, key: string): Promise<string | undefined>;
  writeJson(
    place: { readonly bucket: string; readonly key: string },
    value: unknown,
  ): Promise<void>;
}

interface StoredFile {
  readonly key: string;
  readonly sizeBytes: number;
}

/** A window has more files than a job can read. */
export class TooManyCaptures extends Error {
  constructor(prefix: string) {
    super(
      `There are more than ${MAXIMUM_FILES} files of this window below ${prefix}. Nothing was judged. Choose a shorter window, or lower serving.capturePercent.`,
    );
    this.name = 'TooManyCaptures';
  }
}

/**
 * Lists the captures of a window and the labels that may belong to them, as manifests of a job's inputs. A job
 * with a prefix for an input fails where nothing lies there, so that an empty window would be a failure; and a job
 * fails at one object that it cannot read, so that each is tried.
 *
 * @throws TooManyCaptures
 * @throws NothingReadable
 */
export async function gatherCaptures(
  request: GatheringRequest,
  store: CaptureStore,
): Promise<GatheringReply> {
  const start = Date.parse(request.windowStart);
  const end = Date.parse(request.windowEnd);
  const unreadable = new UnreadableObjects();
  const gather = async (prefix: string, hours: Hours) => {
    const files = await listFiles(store, { bucket: request.bucket, prefix, hours });
    return keepReadable(store, request.bucket, files, unreadable);
  };
  // A file is named for its first request, and may hold requests of the next hour.
  const captures = await gather(request.captures, listHours(start - HOUR, end));
  if (captures.length === 0 && unreadable.count > 0) {
    throw new NothingReadable(request.captures, unreadable.describe(), 'Nothing was judged.');
  }
  const until = end + request.labelHours * HOUR;
  const labels =
    captures.length === 0 ? [] : await gather(request.labels, listHours(start - HOUR, until));
  await writeList(store, request.captureList, request.bucket, request.captures, captures);
  await writeList(store, request.labelList, request.bucket, request.labels, labels);
  return {
    captureFiles: captures.length,
    labelFiles: labels.length,
    sizeBytes: [...captures, ...labels].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    unreadable: unreadable.describe(),
  };
}

async function keepReadable(
  store: CaptureStore,
  ...[bucket, files, unreadable]: readonly [string, readonly StoredFile[], UnreadableObjects]
): Promise<readonly StoredFile[]> {
  const reasons = new Map<StoredFile, string>();
  const waiting = files.values();
  const worker = async () => {
    for (const file of waiting) {
      const reason = await store.tryToRead(bucket, file.key);
      if (reason !== undefined) reasons.set(file, reason);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return files.filter((file) => {
    const reason = reasons.get(file);
    if (reason !== undefined) unreadable.note(file.key, reason);
    return reason === undefined;
  });
}

interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  readonly hours: Hours;
}

/** In the order of their keys. */
async function listFiles(
  store: CaptureStore,
  { bucket, prefix, hours }: Listing,
): Promise<readonly StoredFile[]> {
  const found: StoredFile[] = [];
  for (const folder of hours.folders) {
    for await (const page of store.list(bucket, `${prefix}${folder}`)) {
      found.push(...page.filter(({ key }) => hours.includes(key.slice(prefix.length))));
      if (found.length > MAXIMUM_FILES) throw new TooManyCaptures(prefix);
    }
  }
  return found;
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html */
async function writeList(
  store: CaptureStore,
  place: GatheringRequest['captureList'],
  ...[bucket, prefix, files]: readonly [string, string, readonly StoredFile[]]
): Promise<void> {
  if (files.length === 0) return;
  const paths = files.map(({ key }) => key.slice(prefix.length));
  await store.writeJson(place, [{ prefix: `s3://${bucket}/${prefix}` }, ...paths]);
}
