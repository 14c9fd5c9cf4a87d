import { OutputLines } from './output-lines.ts';
import { RuntimeApi, type RuntimeInvocation } from './runtime-api.ts';
import type { SandboxProcess } from './sandbox-process.ts';

/** The interval of checking the memory of a busy process. */
const MEMORY_WATCH_MS = 100;
/** The maximum delay of the last lines of an invocation in the pipe of the process. */
const OUTPUT_DRAIN_MS = 250;
/**
 * The same where no mark tells the end of an invocation. The lines were written before the answer, so that they are in
 * the pipe; longer, this would be the time that a fast function takes.
 */
const UNMARKED_DRAIN_MS = 5;

export interface SandboxOptions {
  /** Starts the process, which finds the Runtime API at the address. */
  readonly start: (runtimeApi: string) => SandboxProcess | Promise<SandboxProcess>;
  readonly memoryMb: number;
  readonly initMs: number;
  readonly line: (text: string) => void;
}

/** How an invocation ended. Durations are in real milliseconds. */
export type SandboxOutcome = {
  readonly durationMs: number;
  /** Present for the first invocation of a sandbox. */
  readonly initMs?: number;
  readonly memoryMb: number;
} & (
  | { readonly kind: 'answered'; readonly payload: Buffer }
  | { readonly kind: 'failed'; readonly payload: Buffer }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'exited'; readonly reason: string }
);

type Ending =
  | { readonly kind: 'answered' | 'failed'; readonly payload: Buffer }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'exited'; readonly reason: string };

/**
 * One process that runs one function, one invocation at a time. All times are real, independent of the speed
 * of the runtime's clock.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #api: RuntimeApi;
  readonly #marks = new Set<string>();
  #process: SandboxProcess | undefined;
  #outputs: readonly OutputLines[] = [];
  #started = 0;
  #readyAt: number | undefined;
  #initReported = false;
  #ready: (() => void) | undefined;
  #end: ((ending: Ending) => void) | undefined;
  #heard: (() => void) | undefined;
  #outputsClosed = false;
  #ended: Ending | undefined;
  #peakMb = 0;
  /** Resolves when the code is loaded or the process has ended. */
  readonly loaded: Promise<void>;
  #endLoading: () => void = () => {};

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#api = new RuntimeApi({
      ready: () => this.#becomeReady(),
      responded: (_id, payload) => this.#end?.({ kind: 'answered', payload }),
      failed: (_id, payload) => this.#end?.({ kind: 'failed', payload }),
      initFailed: (payload) => this.#finish({ kind: 'failed', payload }),
    });
    this.loaded = new Promise((resolve) => {
      this.#endLoading = resolve;
    });
  }

  /** False once the process has ended or is in an unknown state. */
  get isUsable(): boolean {
    return this.#ended === undefined;
  }

  async start(): Promise<void> {
    const address = await this.#api.listen();
    // The sandbox was stopped; do not start a process.
    if (!this.isUsable) return this.#api.close();
    this.#started = performance.now();
    const child = await this.#startProcess(address);
    this.#process = child;
    this.#boundLoading();
    void child.exited.then((reason) => this.#finish({ kind: 'exited', reason }));
    let open = 2;
    const close = () => {
      open -= 1;
      if (open === 0) this.#closeOutputs();
    };
    for (const output of [child.stdout, child.stderr]) output.once('close', close);
    this.#outputs = [child.stdout, child.stderr].map(
      (output, index) =>
        new OutputLines(output, {
          line: (text) => this.#options.line(text),
          end: (id) => this.#mark(`${index} ${id}`),
        }),
    );
    // It was stopped while its container was started.
    if (!this.isUsable) child.kill();
  }

  /** Code may be loaded before an invocation waits for it. */
  #boundLoading(): void {
    const watch = setInterval(() => this.#watchMemory(), MEMORY_WATCH_MS);
    const timer = setTimeout(() => this.#finish({ kind: 'timed-out' }), this.#options.initMs);
    void this.loaded.then(() => {
      clearInterval(watch);
      clearTimeout(timer);
    });
  }

  async #startProcess(address: string): Promise<SandboxProcess> {
    try {
      return await this.#options.start(address);
    } catch (error) {
      this.#finish({ kind: 'exited', reason: String(error) });
      throw error;
    }
  }

  /** Runs one invocation to its end, which may be the end of the process. */
  async invoke(invocation: RuntimeInvocation, timeoutMs: number): Promise<SandboxOutcome> {
    const watch = setInterval(() => this.#watchMemory(), MEMORY_WATCH_MS);
    try {
      const ready = await this.#whenReady();
      const began = performance.now();
      const ending = ready ?? (await this.#run(invocation, timeoutMs));
      const durationMs = performance.now() - began;
      this.#watchMemory();
      await this.#drain(invocation.requestId, ending);
      return { ...ending, durationMs, memoryMb: Math.ceil(this.#peakMb), ...this.#reportInit() };
    } finally {
      clearInterval(watch);
      this.#end = undefined;
    }
  }

  /** Resolves to true when the process waits for another invocation, to false when it has ended. */
  async whenIdle(): Promise<boolean> {
    return (await this.#whenReady()) === undefined;
  }

  stop(): void {
    this.#finish({ kind: 'exited', reason: 'signal: killed' });
  }

  /** Waits until the code is loaded; resolves to the ending if loading failed. */
  async #whenReady(): Promise<Ending | undefined> {
    if (this.#ended !== undefined) return this.#ended;
    if (this.#api.isWaiting) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#finish({ kind: 'timed-out' });
      }, this.#options.initMs);
      this.#ready = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
      this.#end = (ending) => {
        clearTimeout(timer);
        resolve(ending);
      };
    });
  }

  #run(invocation: RuntimeInvocation, timeoutMs: number): Promise<Ending> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#finish({ kind: 'timed-out' }), timeoutMs);
      this.#end = (ending) => {
        clearTimeout(timer);
        resolve(ending);
      };
      this.#api.give(invocation);
    });
  }

  /** Waits for the end of both outputs: a mark after an answer, or their close after the end of the process. */
  async #drain(requestId: string, ending: Ending): Promise<void> {
    const isComplete = () =>
      this.#outputsClosed ||
      (this.#marks.has(`0 ${requestId}`) && this.#marks.has(`1 ${requestId}`));
    if (!isComplete()) {
      await new Promise<void>((resolve) => {
        const isMarked = this.#process?.marksEnds === true;
        // Timers that are late run before the pipes are read, and immediates after that.
        const end = () => setImmediate(resolve);
        const timer = setTimeout(end, isMarked ? OUTPUT_DRAIN_MS : UNMARKED_DRAIN_MS);
        this.#heard = () => {
          if (!isComplete()) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#heard = undefined;
    this.#marks.clear();
    if (ending.kind !== 'answered') for (const output of this.#outputs) output.flush();
  }

  #mark(mark: string): void {
    this.#marks.add(mark);
    this.#heard?.();
  }

  #closeOutputs(): void {
    this.#outputsClosed = true;
    this.#heard?.();
  }

  #becomeReady(): void {
    this.#readyAt ??= performance.now();
    this.#endLoading();
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.();
  }

  #reportInit(): { readonly initMs?: number } {
    if (this.#initReported) return {};
    this.#initReported = true;
    return { initMs: (this.#readyAt ?? performance.now()) - this.#started };
  }

  #watchMemory(): void {
    const used = this.isUsable ? this.#process?.memoryMb() : undefined;
    if (used === undefined) return;
    this.#peakMb = Math.max(this.#peakMb, Math.min(used, this.#options.memoryMb));
    if (used > this.#options.memoryMb) {
      this.#finish({ kind: 'exited', reason: 'signal: killed' });
    }
  }

  #finish(ending: Ending): void {
    if (this.#ended !== undefined) return;
    this.#ended = ending;
    this.#endLoading();
    this.#process?.kill();
    this.#api.close();
    this.#end?.(ending);
  }
}
