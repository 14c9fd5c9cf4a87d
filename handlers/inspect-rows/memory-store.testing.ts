import { Readable } from 'node:stream';
import type { StoredObject } from '../inspect-dataset/object-store.ts';
import type { TextSink } from '../object-writer.ts';
import type { ScoresStore } from '../summarize-scores/scores-store.ts';

interface Place {
  readonly key: string;
}

/** Objects by key, in place of S3. */
export class MemoryStore implements ScoresStore {
  readonly objects = new Map<string, string | Buffer>();
  /** Keys of files that were begun and left. */
  readonly aborted: string[] = [];
  /** Of each chunk that is read. */
  readonly chunkBytes: number;

  constructor(objects: Readonly<Record<string, string | Buffer>>, chunkBytes = 7) {
    this.chunkBytes = chunkBytes;
    for (const [key, content] of Object.entries(objects)) this.objects.set(key, content);
  }

  async open({ key }: Place): Promise<StoredObject> {
    const content = Buffer.from(this.objects.get(key) ?? '');
    return { body: Readable.from(this.#chunksOf(content)), sizeBytes: content.length };
  }

  async read({ key }: Place): Promise<AsyncIterable<Buffer>> {
    return Readable.from(this.#chunksOf(Buffer.from(this.objects.get(key) ?? '')));
  }

  async writeJson({ key }: Place, value: unknown): Promise<void> {
    this.objects.set(key, JSON.stringify(value));
  }

  create({ key }: Place): TextSink {
    let text = '';
    return {
      write: async (more) => {
        text += more;
      },
      end: async () => {
        this.objects.set(key, text);
      },
      abort: async () => {
        this.aborted.push(key);
      },
    };
  }

  json(key: string): unknown {
    return JSON.parse(String(this.objects.get(key)));
  }

  *#chunksOf(content: Buffer): Generator<Buffer> {
    for (let at = 0; at < content.length; at += this.chunkBytes) {
      yield content.subarray(at, at + this.chunkBytes);
    }
  }
}
