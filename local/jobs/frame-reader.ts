/** One message of the warm parent: its JSON line, and the bytes after it. */
export interface Frame {
  readonly event: 'ready' | 'started' | 'failed' | 'output' | 'exited';
  readonly id: number;
  readonly bytes?: number;
  readonly pid?: number;
  readonly namespace?: boolean;
  readonly reason?: string | null;
  readonly error?: string;
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly cpu_seconds?: number;
  readonly max_memory_bytes?: number;
}

const LINE_END = 0x0a;

/** Reads frames from chunks of the warm parent's standard output. */
export class FrameReader {
  readonly #onFrame: (frame: Frame, body: Buffer) => void;
  #pending: Buffer = Buffer.alloc(0);

  constructor(onFrame: (frame: Frame, body: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#take()) {
      // Each iteration takes one complete frame.
    }
  }

  #take(): boolean {
    const end = this.#pending.indexOf(LINE_END);
    if (end < 0) return false;
    const frame = JSON.parse(this.#pending.toString('utf8', 0, end)) as Frame;
    const next = end + 1 + (frame.bytes ?? 0);
    if (this.#pending.length < next) return false;
    const body = this.#pending.subarray(end + 1, next);
    this.#pending = this.#pending.subarray(next);
    this.#onFrame(frame, body);
    return true;
  }
}
