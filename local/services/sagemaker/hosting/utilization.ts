import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Timer } from '../../../host/clock.ts';

/** The processes of one variant. */
export interface VariantProcesses {
  readonly endpointName: string;
  readonly variantName: string;
  readonly processIds: readonly number[];
}

const NAMESPACE = '/aws/sagemaker/Endpoints';
/** AWS samples once a minute. On the runtime's clock. */
const INTERVAL_MS = 60_000;
/** `USER_HZ`; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

/**
 * CPUUtilization (100 for each busy core) and MemoryUtilization (percent of this machine's memory) of
 * each variant, as the kernel counts them. Only on Linux: elsewhere there is nothing to read.
 */
export class Utilization {
  readonly #cloud: Cloud;
  readonly #list: () => readonly VariantProcesses[];
  readonly #former = new Map<number, { readonly seconds: number; readonly at: number }>();
  #timer: Timer | undefined;

  constructor(cloud: Cloud, list: () => readonly VariantProcesses[]) {
    this.#cloud = cloud;
    this.#list = list;
  }

  start(): void {
    this.#timer = this.#cloud.clock.setTimer(INTERVAL_MS, () => {
      this.sample();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  sample(): void {
    for (const { endpointName, variantName, processIds } of this.#list()) {
      const uses = processIds.flatMap((pid) => this.#useOf(pid) ?? []);
      if (uses.length === 0) continue;
      const dimensions = { EndpointName: endpointName, VariantName: variantName };
      const sum = (pick: (use: Use) => number) => uses.reduce((total, use) => total + pick(use), 0);
      const values = {
        CPUUtilization: sum((use) => use.cpuPercent),
        MemoryUtilization: (sum((use) => use.memoryBytes) / totalmem()) * 100,
      };
      for (const [name, value] of Object.entries(values)) {
        this.#cloud.recordMetric({
          namespace: NAMESPACE,
          name,
          dimensions,
          value,
          unit: 'Percent',
        });
      }
    }
  }

  #useOf(pid: number): Use | undefined {
    const now = performance.now() / 1_000;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
      const memoryBytes =
        Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
      const former = this.#former.get(pid);
      this.#former.set(pid, { seconds, at: now });
      const passed = former === undefined ? 0 : now - former.at;
      const cpuPercent =
        former === undefined || passed <= 0 ? 0 : ((seconds - former.seconds) / passed) * 100;
      return { cpuPercent, memoryBytes };
    } catch {
      this.#former.delete(pid);
      return undefined;
    }
  }
}

interface Use {
  readonly cpuPercent: number;
  readonly memoryBytes: number;
}
