import { Readable } from 'node:stream';
import type { LabelStore } from './label-store.ts';

const ARRIVAL = '2026-11-30T10:30:00Z';

/** Objects by key, in place of S3. */
export class MemoryLabels implements LabelStore {
  readonly objects: Map<string, Buffer | string>;
  /** Keys of datasets that were begun and left. */
  readonly aborted: string[] = [];
  /** Prefixes that were listed, with the key after which. */
  readonly listed: string[] = [];
  /** What S3 answers for some keys. */
  readonly errors = new Map<string, Error>();
  /** Keys that were opened. */
  readonly opened: string[] = [];
  /** When uploads in parts were begun, by the key of the object that is not there yet. */
  readonly uploads = new Map<string, string>();
  /** When objects arrived that did so at another time than the others. */
  readonly arrivals: Map<string, string>;

  constructor(
    objects: Readonly<Record<string, string>>,
    arrivals: Readonly<Record<string, string>> = {},
  ) {
    this.objects = new Map(Object.entries(objects));
    this.arrivals = new Map(Object.entries(arrivals));
  }

  async *folders(_bucket: string, prefix: string) {
    const names = this.#below(prefix).map((key) => key.slice(prefix.length).split('/', 1)[0]);
    yield* [...new Set(names)].map((name) => `${prefix}${name}/`);
  }

  async *list(_bucket: string, prefix: string, after: string) {
    this.listed.push(after);
    const keys = this.#below(prefix).filter((key) => key > after);
    // Two a page.
    for (let at = 0; at < keys.length; at += 2) {
      yield keys.slice(at, at + 2).map((key) => ({
        key,
        sizeBytes: this.#bytes(key).length,
        // As S3 says it.
        arrivedMs: Math.floor(Date.parse(this.arrivals.get(key) ?? ARRIVAL) / 1_000) * 1_000,
      }));
    }
  }

  async *unfinished(_bucket: string, prefix: string) {
    for (const [key, begun] of this.uploads) if (key.startsWith(prefix)) yield Date.parse(begun);
  }

  async open({ key }: { readonly key: string }) {
    this.opened.push(key);
    const error = this.errors.get(key);
    if (error !== undefined) throw error;
    if (!this.objects.has(key)) return undefined;
    const content = this.#bytes(key);
    const chunks = Array.from({ length: Math.ceil(content.length / 97) }, (_, index) =>
      content.subarray(index * 97, (index + 1) * 97),
    );
    return Readable.from(chunks);
  }

  create(
    { key }: { readonly key: string },
    { encode }: { readonly encode: (text: string) => Buffer },
  ) {
    const parts: Buffer[] = [];
    return {
      write: async (text: string) => void parts.push(encode(text)),
      end: async () => void this.objects.set(key, Buffer.concat(parts)),
      abort: async () => void this.aborted.push(key),
    };
  }

  #below(prefix: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  #bytes(key: string): Buffer {
    return Buffer.from(this.objects.get(key) ?? '');
  }
}
