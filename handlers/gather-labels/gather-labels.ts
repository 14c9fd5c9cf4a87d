import type { LabellingReply, LabellingRequest } from '../../events/index.ts';
import { layOutKeys } from '../../events/index.ts';
import type { TextSink } from '../object-writer.ts';
import { type CapturedRequest, type Field, orderFields, parseCapture } from './captured-request.ts';
import { DatasetRows } from './dataset-rows.ts';
import { encoderOf } from './encode-text.ts';
import { HOUR_MS, type LabelStore, nameHour } from './label-store.ts';
import { Labels, parseLabels, TooManyLabels } from './labels.ts';
import { type CaptureLimits, type CaptureList, listCaptures } from './list-captures.ts';
import { readAhead } from './read-ahead.ts';
import { type Line, MAXIMUM_LINE_BYTES, readLines } from './read-lines.ts';
import { BrokenLine, Tally } from './tally.ts';

const MAXIMUM_LABEL_FILES = 100_000;
/** What is left of an invocation to write what was read. */
const RESERVED_MS = 30_000;

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
 * Joins captured requests of a time with labels that have arrived, by the rules of `monitoring/python`, and writes
 * them as a dataset of the project where they are enough. Memory holds the labels and no requests.
 *
 * @throws NotFromCaptures
 * @throws TooManyCaptures
 * @throws TooManyLabels
 * @throws OutOfTime
 */
export async function gatherLabels(
  request: LabellingRequest,
  tools: GatheringTools,
): Promise<LabellingReply> {
  const rows = new DatasetRows(request.contract);
  const keys = layOutKeys(request.project);
  const sinceMs = Date.parse(request.since);
  const time = { sinceMs, untilMs: Date.parse(request.until) };
  const list = await listCaptures(
    { bucket: request.bucket, prefix: keys.captured },
    time,
    tools.store,
    tools.limits,
  );
  const reader = new FileReader(request.bucket, tools);
  const labels = await readAllLabels(keys.labels, nameHour(sinceMs - HOUR_MS), reader);
  const key = `${keys.runs}retraining/${request.decisionId}/dataset.csv`;
  const encoding = encoderOf(request.contract.encoding);
  const sink = tools.store.create({ bucket: request.bucket, key }, encoding);
  try {
    const join = new Join(labels, rows, sink, { sinceMs, untilMs: list.untilMs });
    await sink.write(`${encoding.begin}${rows.header}`);
    await joinCaptures(list, keys.captured, { reader, join });
    const isEnough = join.newRows >= request.minimumNewRows;
    await (isEnough ? sink.end() : sink.abort());
    return {
      ...join.describe(),
      until: new Date(list.untilMs).toISOString(),
      ...(isEnough ? { dataset: { key, rows: join.newRows } } : {}),
      broken: reader.broken.describe(),
    };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Reads files line by line, and counts what cannot be read. */
class FileReader {
  readonly broken = new Tally();
  readonly store: LabelStore;
  readonly bucket: string;
  readonly #remainingMs: () => number;

  constructor(bucket: string, { store, remainingMs }: GatheringTools) {
    this.bucket = bucket;
    this.store = store;
    this.#remainingMs = remainingMs;
  }

  /** @throws OutOfTime */
  async *lines(keys: Iterable<string>, prefix: string): AsyncGenerator<readonly Buffer[]> {
    const open = async (key: string) => ({
      key,
      stream: await this.store.open({ bucket: this.bucket, key }),
    });
    // A connection of the next invocation would wait for an answer that nobody reads.
    const close = ({ stream }: Awaited<ReturnType<typeof open>>) => stream?.destroy();
    for await (const { key, stream } of readAhead(keys, { open, close })) {
      if (stream === undefined) {
        this.broken.note('the object was deleted before it was read');
        continue;
      }
      for await (const lines of readLines(stream)) {
        if (this.#remainingMs() < RESERVED_MS) throw new OutOfTime(prefix, key);
        yield lines.filter((line): line is Buffer => this.#isRead(line));
      }
    }
  }

  #isRead(line: Line): boolean {
    if (line === undefined) this.broken.note(`the line is longer than ${MAXIMUM_LINE_BYTES} bytes`);
    return line !== undefined && line.some((byte) => byte > 0x20);
  }

  /** Runs it, and counts a line that it cannot read. */
  attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error;
      this.broken.note(error.message);
    }
  }
}

async function readAllLabels(
  prefix: string,
  firstHour: string,
  reader: FileReader,
): Promise<Labels> {
  const keys: string[] = [];
  for await (const page of reader.store.list(reader.bucket, prefix, `${prefix}${firstHour}`)) {
    keys.push(...page.map(({ key }) => key));
    if (keys.length > MAXIMUM_LABEL_FILES) {
      throw new TooManyLabels(`${MAXIMUM_LABEL_FILES} files of labels below ${prefix}`);
    }
  }
  const labels = new Labels();
  for await (const lines of reader.lines(keys, prefix)) {
    for (const line of lines) {
      reader.attempt(() => {
        const { id, labels: own } = parseLabels(line);
        labels.add(id, own);
      });
    }
  }
  return labels;
}

interface Joining {
  readonly reader: FileReader;
  readonly join: Join;
}

async function joinCaptures(
  { keys }: CaptureList,
  prefix: string,
  { reader, join }: Joining,
): Promise<void> {
  for await (const lines of reader.lines(keys, prefix)) {
    for (const line of lines) {
      reader.attempt(() => join.add(parseCapture(line, join.form), reader.broken));
    }
    await join.write();
  }
}

interface Time {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Captured requests that meet their labels, one after another. */
class Join {
  readonly form: { readonly names: readonly string[]; readonly delimiter: string };
  readonly #labels: Labels;
  readonly #rows: DatasetRows;
  readonly #sink: TextSink;
  readonly #time: Time;
  readonly #unusable = new Tally();
  #pending: string[] = [];
  #requests = 0;
  #labelledRequests = 0;
  #newRows = 0;

  constructor(labels: Labels, rows: DatasetRows, sink: TextSink, time: Time) {
    this.form = { names: rows.names, delimiter: rows.delimiter };
    this.#labels = labels;
    this.#rows = rows;
    this.#sink = sink;
    this.#time = time;
  }

  get newRows(): number {
    return this.#newRows;
  }

  /** @throws BrokenLine */
  add({ id, timeMs, readRows }: CapturedRequest, broken: Tally): void {
    if (timeMs === undefined) {
      throw new BrokenLine('eventMetadata.inferenceTime is missing or not a time');
    }
    if (timeMs < this.#time.sinceMs || timeMs >= this.#time.untilMs) return;
    const rows = readRows().map((row) => readFields(row, this.form.names, broken));
    this.#requests += 1;
    // Where no row can be read, the label belongs to nothing that is known.
    const labels = rows.some((row) => row !== undefined) ? this.#labels.take(id) : undefined;
    if (labels === undefined) return;
    this.#labelledRequests += 1;
    for (const [index, row] of rows.entries()) {
      if (row !== undefined) this.#addRow(row, labels[index]);
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

  describe(): Omit<LabellingReply, 'until' | 'dataset' | 'broken'> {
    return {
      newRows: this.#newRows,
      labelledRequests: this.#labelledRequests,
      requests: this.#requests,
      contradicting: this.#labels.contradicting,
      unknown: this.#labels.size,
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
