import type { PythonProcess, PythonProcessRequest } from '../../../jobs/index.ts';
import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import type { InstanceUsage } from '../jobs/job-metrics.ts';

/** Starts the processes of one instance, ends them when the job is stopped, and adds up what they used. */
export class InstanceProcesses implements ProcessStarter {
  readonly #python: ProcessStarter;
  readonly #stop: AbortSignal;
  readonly #startedAt = performance.now();
  #usage: InstanceUsage = { cpuSeconds: 0, maxMemoryBytes: 0, seconds: 0 };

  constructor(python: ProcessStarter, stop: AbortSignal) {
    this.#python = python;
    this.#stop = stop;
  }

  /** Of the processes that have ended. */
  get usage(): InstanceUsage {
    return this.#usage;
  }

  async start(request: PythonProcessRequest): Promise<PythonProcess> {
    const process = await this.#python.start(request);
    const end = () => process.kill('SIGTERM');
    this.#stop.addEventListener('abort', end);
    if (this.#stop.aborted) end();
    void process.exited.then(({ cpuSeconds = 0, maxMemoryBytes = 0 }) => {
      this.#stop.removeEventListener('abort', end);
      this.#usage = {
        cpuSeconds: this.#usage.cpuSeconds + cpuSeconds,
        maxMemoryBytes: this.#usage.maxMemoryBytes + maxMemoryBytes,
        seconds: (performance.now() - this.#startedAt) / 1_000,
      };
    });
    return process;
  }
}
