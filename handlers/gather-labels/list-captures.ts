import { HOUR_MS, type LabelStore, nameHour, readHour } from './label-store.ts';

/** What one invocation reads within Lambda's 15 minutes: sixteen objects at a time, and a hundred megabytes in a few seconds. */
export const CAPTURE_LIMITS: CaptureLimits = { files: 100_000, bytes: 4 * 1024 ** 3 };

export interface CaptureLimits {
  readonly files: number;
  readonly bytes: number;
}

/** A single hour has more captures than one invocation can read. */
export class TooManyCaptures extends Error {
  constructor(prefix: string, { files, bytes }: CaptureLimits) {
    super(
      `The first hour of the captures below ${prefix} has more than ${files} files or ${bytes} bytes. No dataset was written, and nothing is trained. Lower serving.capturePercent, or upload labelled rows as a dataset.`,
    );
    this.name = 'TooManyCaptures';
  }
}

/** Files by the time of their requests, and until when they are complete. */
export interface CaptureList {
  readonly keys: readonly string[];
  /** Before this time nothing is missing. */
  readonly untilMs: number;
}

interface Time {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Lists the captures of all endpoints and variants of a project, hour by hour. Where there are more than the limits,
 * the later hours are left out.
 *
 * @throws TooManyCaptures
 */
export async function listCaptures(
  place: { readonly bucket: string; readonly prefix: string },
  { sinceMs, untilMs }: Time,
  store: Pick<LabelStore, 'folders' | 'list'>,
  limits: CaptureLimits = CAPTURE_LIMITS,
): Promise<CaptureList> {
  const hours = new HoursOfFiles(limits, untilMs);
  // A file is named for its first request, and may hold requests of the next hour.
  const first = nameHour(sinceMs - HOUR_MS);
  for await (const prefix of variantFolders(place, store)) {
    const files = store.list(place.bucket, prefix, `${prefix}${first}`);
    await addFiles(hours, files, prefix.length);
  }
  if (hours.untilMs <= sinceMs) throw new TooManyCaptures(place.prefix, limits);
  return { keys: hours.keys(), untilMs: hours.untilMs };
}

type Pages = ReturnType<LabelStore['list']>;

async function addFiles(hours: HoursOfFiles, pages: Pages, prefixLength: number): Promise<void> {
  for await (const page of pages) {
    for (const { key, sizeBytes } of page) {
      const hour = readHour(key.slice(prefixLength));
      if (hour === undefined) continue;
      // Keys come in the order of their hours.
      if (hour >= hours.untilMs) return;
      hours.add(hour, key, sizeBytes);
    }
  }
}

/** `captured/<project>/<endpoint>/<variant>/` */
async function* variantFolders(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  store: Pick<LabelStore, 'folders'>,
): AsyncGenerator<string> {
  for await (const endpoint of store.folders(bucket, prefix))
    yield* store.folders(bucket, endpoint);
}

/** Files by hour; of more than the limits, the earliest hours. */
class HoursOfFiles {
  readonly #limits: CaptureLimits;
  readonly #hours = new Map<number, { keys: string[]; bytes: number }>();
  #files = 0;
  #bytes = 0;
  #untilMs: number;

  constructor(limits: CaptureLimits, untilMs: number) {
    this.#limits = limits;
    this.#untilMs = untilMs;
  }

  /** Files of this time and later ones are left out. */
  get untilMs(): number {
    return this.#untilMs;
  }

  add(hour: number, key: string, sizeBytes: number): void {
    const own = this.#hours.get(hour) ?? { keys: [], bytes: 0 };
    own.keys.push(key);
    own.bytes += sizeBytes;
    this.#hours.set(hour, own);
    this.#files += 1;
    this.#bytes += sizeBytes;
    while (this.#files > this.#limits.files || this.#bytes > this.#limits.bytes) this.#dropLast();
  }

  keys(): readonly string[] {
    return [...this.#hours].sort(([a], [b]) => a - b).flatMap(([, { keys }]) => keys);
  }

  #dropLast(): void {
    const last = Math.max(...this.#hours.keys());
    const { keys, bytes } = this.#hours.get(last) ?? { keys: [], bytes: 0 };
    this.#hours.delete(last);
    this.#files -= keys.length;
    this.#bytes -= bytes;
    this.#untilMs = last;
  }
}
