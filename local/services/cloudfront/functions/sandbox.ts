import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { WORKER_SOURCE } from './worker-source.ts';

/** The outcome of one run of a function. */
export type FunctionOutcome =
  | { readonly kind: 'result'; readonly result: unknown; readonly lines: readonly string[] }
  | { readonly kind: 'error'; readonly reason: string };

/**
 * Stops an endless function. CloudFront limits the processor time of a run, its *compute utilization*, to less than a
 * millisecond. This is elapsed time, and a busy machine may give most of it to others.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html
 */
const TIMEOUT_MS = 1_000;
/** How long the thread may take in all, also where it starts. */
const PATIENCE_MS = 5_000;
/** The time that an idle thread stays, because it holds memory. */
const IDLE_MS = 60_000;
/** CloudFront gives a function 2 MB; a context of V8 needs more than that for itself. */
const HEAP_MB = 32;

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly resolve: (outcome: FunctionOutcome) => void;
}

/** Answers of the thread. */
interface Answer {
  readonly id: number;
  readonly value?: string;
  readonly error?: string;
}

/**
 * Runs functions of viewers in one thread of its own, so that an endless one delays no other request. The thread
 * starts with the first function, and again after one that had to be ended.
 */
export class FunctionSandbox {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #count = 0;

  /** @param code the source of the function */
  run(code: Uint8Array, event: object): Promise<FunctionOutcome> {
    const worker = this.#started();
    const id = (this.#count += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#restart('the function ran too long'), PATIENCE_MS);
      this.#waiting.set(id, { timer, resolve });
      const message = {
        id,
        key: createHash('sha256').update(code).digest('hex'),
        code: Buffer.from(code).toString('utf8'),
        event: JSON.stringify(event),
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(message);
    });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#endAll('the runtime ends');
    await worker?.terminate();
  }

  #started(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(WORKER_SOURCE, {
      eval: true,
      env: {},
      workerData: { timeoutMs: TIMEOUT_MS },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 8 },
    });
    worker.unref();
    worker.on('message', (answer: Answer) => this.#take(answer));
    // Out of memory ends the thread.
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#restart(error.message);
    });
    this.#worker = worker;
    return worker;
  }

  #take({ id, value, error = '' }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (value === undefined) waiting.resolve({ kind: 'error', reason: error });
    else
      waiting.resolve({
        kind: 'result',
        ...(JSON.parse(value) as { result: unknown; lines: string[] }),
      });
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.stop(), IDLE_MS);
    this.#idle.unref();
  }

  #restart(reason: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#endAll(reason);
  }

  #endAll(reason: string): void {
    for (const { timer, resolve } of this.#waiting.values()) {
      clearTimeout(timer);
      resolve({ kind: 'error', reason });
    }
    this.#waiting.clear();
  }
}
