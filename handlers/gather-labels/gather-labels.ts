import type { Readable } from 'node:stream';
import type { LabellingReply, LabellingRequest } from '../../events/index.ts';
import { layOutKeys, SMOKE_TEST_INFERENCE_ID } from '../../events/index.ts';
import type { TextSink } from '../object-writer.ts';
import { NothingReadable, UnreadableObjects, whyUnreadable } from '../unreadable-objects.ts';
import { type CapturedRequest, type Field, orderFields, parseCapture } from './captured-request.ts';
import { DatasetRows } from './dataset-rows.ts';
import { encoderOf } from './encode-text.ts';
import { HOUR_MS, type LabelStore, nameHour, type StoredFile } from './label-store.ts';
import { Labels, parseLabels, TooManyLabels } from './labels.ts';
import {
  type CaptureLimits,
  type CaptureList,
  type GatheredTime,
  listCaptures,
} from './list-captures.ts';
import { readAhead } from './read-ahead.ts';
import { type Line, MAXIMUM_LINE_BYTES, readLines } from './read-lines.ts';
import { BrokenLine, Tally } from './tally.ts';

const MAXIMUM_LABEL_FILES = 100_000;
/** What is left of an invocation to write what was read. */
const RESERVED_MS = 30_000;
/** LastModified has no fractions of it. */
const SECOND_MS = 1_000;
/** A multipart upload that is older than this is treated as abandoned. */
const LONGEST_UPLOAD_MS = 24 * HOUR_MS;

/** Lambda would end the invocation without a reason. */
export class OutOfTime extends Error {
  constructor(prefix: string, reading: string) {
    super(
      `There was no time left to read ${prefix}: at ${reading}. No dataset was written, and nothing is trained. Lower serving.capturePercent, or upload labelled rows as a dataset.`,
    );
    this.name = 'OutOfTime';
  }
}

export interface GatheringTools {
  readonly store: LabelStore;
  /** How long the invocation may still take. */
  readonly remainingMs: () => number;
  /** @default CAPTURE_LIMITS */
  readonly limits?: CaptureLimits;
}

/**
 * Joins captured requests with their labels, by the rules of `monitoring/python`, and writes those rows as a dataset of
 * the project that became complete in a time, where they are enough. A row is complete when its capture and the first
 * label of its request are both there; so each is gathered once, whichever comes late. Memory holds the labels and no
 * requests.
 *
 * @throws NotFromCaptures
 * @throws TooManyCaptures
 * @throws TooManyLabels
 * @throws OutOfTime
 * @throws NothingReadable
 */
export async function gatherLabels(
  request: LabellingRequest,
  tools: GatheringTools,
): Promise<LabellingReply> {
  const rows = new DatasetRows(request.contract);
  const { bucket } = request;
  const keys = layOutKeys(request.project);
  const time = await boundTime(request, [keys.labels, keys.captured], tools.store);
  const place = { bucket, prefix: keys.captured };
  const list = await listCaptures(place, time, tools.store, tools.limits);
  const reader = new FileReader(bucket, list.sinceMs, tools);
  const labels = await readAllLabels(keys.labels, list, reader);
  const key = `${keys.runs}retraining/${request.decisionId}/dataset.csv`;
  const encoding = encoderOf(request.contract.encoding);
  const sink = tools.store.create({ bucket, key }, encoding);
  try {
    const join = new Join(labels, rows, sink, list.requestsSinceMs);
    await sink.write(`${encoding.begin}${rows.header}`);
    await joinCaptures(list, keys.captured, { reader, join });
    const isEnough = join.newRows >= request.minimumNewRows;
    await (isEnough ? sink.end() : sink.abort());
    return {
      ...join.describe(),
      until: new Date(list.untilMs).toISOString(),
      requestsSince: new Date(list.requestsSinceMs).toISOString(),
      ...(isEnough ? { dataset: { key, rows: join.newRows } } : {}),
      broken: reader.broken.describe(),
      unreadable: reader.unreadable.describe(),
    };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/**
 * The time in which everything that has arrived is there. S3 dates an object that is uploaded in parts from when its
 * upload began, so one that has not ended is for the next time.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
async function boundTime(
  { bucket, since, until, requestsSince }: LabellingRequest,
  prefixes: readonly string[],
  store: LabelStore,
): Promise<GatheredTime> {
  const sinceMs = wholeSeconds(Date.parse(since));
  let untilMs = wholeSeconds(Date.parse(until));
  const abandonedMs = untilMs - LONGEST_UPLOAD_MS;
  for (const prefix of prefixes) {
    for await (const begunMs of store.unfinished(bucket, prefix)) {
      if (begunMs > abandonedMs) untilMs = Math.min(untilMs, wholeSeconds(begunMs));
    }
  }
  return {
    requestsSinceMs: Math.min(Date.parse(requestsSince), sinceMs),
    sinceMs,
    untilMs: Math.max(untilMs, sinceMs),
  };
}

function wholeSeconds(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS) * SECOND_MS;
}

/** Lines of a file. */
interface Chunk {
  readonly lines: readonly Buffer[];
  /** Whether the file arrived in the time that is gathered, and not before. */
  readonly isNew: boolean;
  /** Where to note what cannot be read. */
  readonly broken: Tally;
}

/** Reads files line by line, and counts what cannot be read. */
class FileReader {
  readonly broken = new Tally();
  readonly unreadable = new UnreadableObjects();
  readonly store: LabelStore;
  readonly bucket: string;
  readonly #sinceMs: number;
  readonly #remainingMs: () => number;

  constructor(bucket: string, sinceMs: number, { store, remainingMs }: GatheringTools) {
    this.bucket = bucket;
    this.store = store;
    this.#sinceMs = sinceMs;
    this.#remainingMs = remainingMs;
  }

  /** @throws OutOfTime */
  async *read(files: Iterable<StoredFile>, prefix: string): AsyncGenerator<Chunk> {
    const open = async ({ key, arrivedMs }: StoredFile) => ({
      key,
      isNew: arrivedMs >= this.#sinceMs,
      ...(await this.#open(key)),
    });
    // A connection of the next invocation would wait for an answer that is not read.
    const close = ({ stream }: Awaited<ReturnType<typeof open>>) => stream?.destroy();
    for await (const { key, isNew, stream, reason } of readAhead(files, { open, close })) {
      if (reason !== undefined) {
        this.unreadable.note(key, reason);
        continue;
      }
      // What was there before has been counted.
      const broken = isNew ? this.broken : new Tally();
      if (stream === undefined) {
        broken.note('the object was deleted before it was read');
        continue;
      }
      for await (const lines of readLines(stream)) {
        if (this.#remainingMs() < RESERVED_MS) throw new OutOfTime(prefix, key);
        const read = lines.filter((line): line is Buffer => isRead(line, broken));
        yield { lines: read, isNew, broken };
      }
    }
  }

  /** One object that cannot be read leaves the others as they are. */
  async #open(key: string): Promise<Opened> {
    try {
      return { stream: await this.store.open({ bucket: this.bucket, key }) };
    } catch (error) {
      const reason = whyUnreadable(error);
      if (reason === undefined) throw error;
      return { reason };
    }
  }
}

interface Opened {
  /** Undefined where the object was deleted since it was listed. */
  readonly stream?: Readable | undefined;
  /** Why it cannot be read. */
  readonly reason?: string;
}

function isRead(line: Line, broken: Tally): boolean {
  if (line === undefined) broken.note(`the line is longer than ${MAXIMUM_LINE_BYTES} bytes`);
  return line !== undefined && line.some((byte) => byte > 0x20);
}

/** Reads each line, and counts those that cannot be read. */
function readEach({ lines, broken }: Chunk, read: (line: Buffer) => void): void {
  for (const line of lines) {
    try {
      read(line);
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      broken.note(error.message);
    }
  }
}

async function readAllLabels(
  prefix: string,
  { requestsSinceMs, untilMs }: GatheredTime,
  reader: FileReader,
): Promise<Labels> {
  const files: StoredFile[] = [];
  const first = `${prefix}${nameHour(requestsSinceMs - HOUR_MS)}`;
  for await (const page of reader.store.list(reader.bucket, prefix, first)) {
    files.push(...page.filter(({ arrivedMs }) => arrivedMs < untilMs));
    if (files.length > MAXIMUM_LABEL_FILES) {
      throw new TooManyLabels(`${MAXIMUM_LABEL_FILES} files of labels below ${prefix}`);
    }
  }
  const labels = new Labels();
  for await (const chunk of reader.read(files, prefix)) {
    readEach(chunk, (line) => {
      const { id, labels: own } = parseLabels(line);
      labels.add(id, own, chunk.isNew);
    });
  }
  return labels;
}

interface Joining {
  readonly reader: FileReader;
  readonly join: Join;
}

async function joinCaptures(
  { files }: CaptureList,
  prefix: string,
  { reader, join }: Joining,
): Promise<void> {
  const unreadBefore = reader.unreadable.count;
  for await (const chunk of reader.read(files, prefix)) {
    readEach(chunk, (line) => join.add(parseCapture(line, join.form), chunk));
    await join.write();
  }
  if (files.length > 0 && reader.unreadable.count - unreadBefore === files.length) {
    throw new NothingReadable(
      prefix,
      reader.unreadable.describe(),
      'No dataset was written, and nothing is trained.',
    );
  }
}

/** Captured requests that meet their labels, one after another. */
class Join {
  readonly form: { readonly names: readonly string[]; readonly delimiter: string };
  readonly #labels: Labels;
  readonly #rows: DatasetRows;
  readonly #sink: TextSink;
  readonly #requestsSinceMs: number;
  readonly #unusable = new Tally();
  #pending: string[] = [];
  #requests = 0;
  #labelledRequests = 0;
  #newRows = 0;

  constructor(labels: Labels, rows: DatasetRows, sink: TextSink, requestsSinceMs: number) {
    this.form = { names: rows.names, delimiter: rows.delimiter };
    this.#labels = labels;
    this.#rows = rows;
    this.#sink = sink;
    this.#requestsSinceMs = requestsSinceMs;
  }

  get newRows(): number {
    return this.#newRows;
  }

  /** @throws BrokenLine */
  add({ id, timeMs, readRows }: CapturedRequest, { isNew, broken }: Chunk): void {
    if (id.startsWith(SMOKE_TEST_INFERENCE_ID)) return;
    if (timeMs === undefined) {
      throw new BrokenLine('eventMetadata.inferenceTime is missing or not a time');
    }
    // The labels that came first for an earlier request are not all known.
    if (timeMs < this.#requestsSinceMs) return;
    const rows = readRows().map((row) => readFields(row, this.form.names, broken));
    // Where no row can be read, the label belongs to nothing that is known.
    const found = rows.some((row) => row !== undefined) ? this.#labels.take(id) : undefined;
    if (!isNew && found?.isNew !== true) return;
    this.#requests += 1;
    if (found === undefined) return;
    this.#labelledRequests += 1;
    for (const [index, row] of rows.entries()) {
      if (row !== undefined) this.#addRow(row, found.labels[index]);
    }
  }

  #addRow(row: readonly Field[], label: string | undefined): void {
    if (label === undefined) {
      this.#unusable.note('the request has fewer labels than rows');
      return;
    }
    try {
      this.#pending.push(this.#rows.render(row, label));
      this.#newRows += 1;
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      this.#unusable.note(error.message);
    }
  }

  /** Writes what has come together. */
  async write(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    await this.#sink.write(text);
  }

  describe(): Omit<
    LabellingReply,
    'until' | 'requestsSince' | 'dataset' | 'broken' | 'unreadable'
  > {
    return {
      newRows: this.#newRows,
      labelledRequests: this.#labelledRequests,
      requests: this.#requests,
      contradicting: this.#labels.contradicting,
      unknown: this.#labels.unknown,
      unusable: this.#unusable.describe(),
    };
  }
}

function readFields(row: unknown, names: readonly string[], broken: Tally) {
  try {
    return orderFields(row, names);
  } catch (error) {
    if (!(error instanceof BrokenLine)) throw error;
    broken.note(error.message);
    return undefined;
  }
}
