import { HOUR_MS, type LabelStore, nameHour, readHour, type StoredFile } from './label-store.ts';

/** What one invocation reads within Lambda's 15 minutes: sixteen objects at a time, and a hundred megabytes in a few seconds. */
export const CAPTURE_LIMITS: CaptureLimits = { files: 100_000, bytes: 4 * 1024 ** 3 };

export interface CaptureLimits {
  readonly files: number;
  readonly bytes: number;
}

/** A single second has more captures than one invocation can read. */
export class TooManyCaptures extends Error {
  constructor(prefix: string, { files, bytes }: CaptureLimits) {
    super(
      `The captures below ${prefix} that arrived first, in one second, have more than ${files} files or ${bytes} bytes. No dataset was written, and nothing is trained. Lower serving.capturePercent, or upload labelled rows as a dataset.`,
    );
    this.name = 'TooManyCaptures';
  }
}

/** Rows whose label and capture were both there from `sinceMs` on at the earliest, and before `untilMs`. */
export interface GatheredTime {
  /** Earlier requests are not read: their labels are too late. */
  readonly requestsSinceMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Files by the time of their requests, and the time for which they are complete. */
export interface CaptureList extends GatheredTime {
  readonly files: readonly StoredFile[];
}

/**
 * Lists the captures of all endpoints and variants of a project that arrived before `untilMs`. Where there are more than
 * the limits, those that arrived last are left out, and `untilMs` of the answer is when the first of them did; of those
 * that were there before `sinceMs`, which are half of what is read at most, the oldest requests are left out, and
 * `requestsSinceMs` is later.
 *
 * @throws TooManyCaptures
 */
export async function listCaptures(
  place: { readonly bucket: string; readonly prefix: string },
  time: GatheredTime,
  store: Pick<LabelStore, 'folders' | 'list'>,
  limits: CaptureLimits = CAPTURE_LIMITS,
): Promise<CaptureList> {
  const captures = new FoundCaptures(time, limits);
  // A file is named for its first request, and may hold requests of the next hour.
  const first = nameHour(time.requestsSinceMs - HOUR_MS);
  for await (const prefix of variantFolders(place, store)) {
    for await (const page of store.list(place.bucket, prefix, `${prefix}${first}`)) {
      for (const file of page) {
        const hour = readHour(file.key.slice(prefix.length));
        if (hour !== undefined) captures.add({ ...file, hour });
      }
    }
  }
  return captures.choose(place.prefix);
}

/** `captured/<project>/<endpoint>/<variant>/` */
async function* variantFolders(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  store: Pick<LabelStore, 'folders'>,
): AsyncGenerator<string> {
  for await (const endpoint of store.folders(bucket, prefix))
    yield* store.folders(bucket, endpoint);
}

interface Capture extends StoredFile {
  /** The hour of its first request. */
  readonly hour: number;
}

/** Files within the limits; holds twice as many at most. */
class FoundCaptures {
  readonly #limits: CaptureLimits;
  readonly #sinceMs: number;
  #requestsSinceMs: number;
  #untilMs: number;
  #isCut = false;
  #afterHour = Number.NEGATIVE_INFINITY;
  /** There before the time; requests in them may have got their labels since. */
  #earlier: readonly Capture[] = [];
  #new: readonly Capture[] = [];
  #added: Capture[] = [];

  constructor({ requestsSinceMs, sinceMs, untilMs }: GatheredTime, limits: CaptureLimits) {
    this.#requestsSinceMs = requestsSinceMs;
    this.#sinceMs = sinceMs;
    this.#untilMs = untilMs;
    this.#limits = limits;
  }

  add(file: Capture): void {
    if (file.arrivedMs >= this.#untilMs || file.hour <= this.#afterHour) return;
    this.#added.push(file);
    if (this.#added.length > this.#limits.files) this.#takeAdded();
  }

  /** @throws TooManyCaptures */
  choose(prefix: string): CaptureList {
    this.#takeAdded();
    this.#limitNew(without(this.#limits, this.#earlier));
    if (this.#isCut && this.#new.length === 0) throw new TooManyCaptures(prefix, this.#limits);
    return {
      // Those of before come first: a request that was captured again since is not new.
      files: [...this.#earlier.toSorted(byRequests), ...this.#new.toSorted(byRequests)],
      requestsSinceMs: Math.min(this.#requestsSinceMs, this.#sinceMs),
      sinceMs: this.#sinceMs,
      untilMs: this.#untilMs,
    };
  }

  #takeAdded(): void {
    const isNew = ({ arrivedMs }: Capture) => arrivedMs >= this.#sinceMs;
    this.#new = [...this.#new, ...this.#added.filter(isNew)];
    this.#earlier = [...this.#earlier, ...this.#added.filter((file) => !isNew(file))];
    this.#added = [];
    this.#limitEarlier({ files: this.#limits.files / 2, bytes: this.#limits.bytes / 2 });
    this.#limitNew(this.#limits);
  }

  #limitEarlier(limits: CaptureLimits): void {
    const latestFirst = this.#earlier.toSorted((one, other) => other.hour - one.hour);
    const dropped = latestFirst[countWithin(latestFirst, limits)];
    if (dropped === undefined) return;
    this.#afterHour = dropped.hour;
    this.#requestsSinceMs = dropped.hour + 2 * HOUR_MS;
    this.#earlier = this.#earlier.filter(({ hour }) => hour > this.#afterHour);
  }

  #limitNew(limits: CaptureLimits): void {
    const inOrder = this.#new.toSorted((one, other) => one.arrivedMs - other.arrivedMs);
    const dropped = inOrder[countWithin(inOrder, limits)];
    if (dropped === undefined) return;
    this.#isCut = true;
    this.#untilMs = dropped.arrivedMs;
    this.#new = this.#new.filter(({ arrivedMs }) => arrivedMs < this.#untilMs);
  }
}

function byRequests(one: Capture, other: Capture): number {
  if (one.hour !== other.hour) return one.hour - other.hour;
  return one.key < other.key ? -1 : 1;
}

/** How many files, from the first on, are within the limits. */
function countWithin(files: readonly StoredFile[], limits: CaptureLimits): number {
  let bytes = 0;
  for (const [index, { sizeBytes }] of files.entries()) {
    bytes += sizeBytes;
    if (index >= limits.files || bytes > limits.bytes) return index;
  }
  return files.length;
}

function without({ files, bytes }: CaptureLimits, used: readonly StoredFile[]): CaptureLimits {
  const usedBytes = used.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { files: files - used.length, bytes: bytes - usedBytes };
}
