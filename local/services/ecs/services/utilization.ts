import type { Timer } from '../../../host/clock.ts';
import { cpuOfTree, memoryOfTree } from '../../../processes/index.ts';
import type { TaskRecord } from '../store.ts';
import type { ServicesContext } from './context.ts';

/** On the clock. */
const INTERVAL_MS = 60_000;
const CPU_UNITS = 1_024;

interface Use {
  readonly cpuSeconds: number;
  readonly at: number;
}

/**
 * CPUUtilization and MemoryUtilization of services, in percent of what their tasks reserve, as the kernel counts them. Only
 * on Linux: elsewhere there is nothing to read.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 */
export class ServiceUtilization {
  readonly #context: ServicesContext;
  readonly #former = new Map<string, Use>();
  #timer: Timer | undefined;

  constructor(context: ServicesContext) {
    this.#context = context;
  }

  /** Measures from the first service on, so that a runtime without one has no timer. */
  start(): void {
    if (this.#timer !== undefined || this.#context.services.all().length === 0) return;
    this.#timer = this.#context.cloud.clock.setTimer(INTERVAL_MS, () => {
      this.#timer = undefined;
      this.#measure();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #measure(): void {
    const { services, store } = this.#context;
    for (const { cluster, name, status } of services.all()) {
      if (status === 'INACTIVE') continue;
      const tasks = store
        .tasks(cluster)
        .filter(({ lastStatus, service }) => service === name && lastStatus === 'RUNNING');
      const shares = tasks.flatMap((task) => this.#sharesOf(task) ?? []);
      if (shares.length === 0) continue;
      const mean = (pick: (one: Shares) => number) =>
        shares.reduce((sum, one) => sum + pick(one), 0) / shares.length;
      this.#record(
        { cluster, name },
        'CPUUtilization',
        mean(({ cpu }) => cpu),
      );
      this.#record(
        { cluster, name },
        'MemoryUtilization',
        mean(({ memory }) => memory),
      );
    }
    for (const id of this.#former.keys()) {
      if (this.#context.runs.pidsOf(id).length === 0) this.#former.delete(id);
    }
  }

  #record(place: { readonly cluster: string; readonly name: string }, name: string, value: number) {
    this.#context.cloud.recordMetric({
      namespace: 'AWS/ECS',
      name,
      dimensions: { ClusterName: place.cluster, ServiceName: place.name },
      value,
      unit: 'Percent',
    });
  }

  #sharesOf(task: TaskRecord): Shares | undefined {
    const { runs, store } = this.#context;
    const content = store.definition(task.family, task.revision)?.content;
    const pids = runs.pidsOf(task.id);
    const used = pids.map(cpuOfTree).filter((seconds) => seconds !== undefined);
    const at = performance.now() / 1_000;
    const former = this.#former.get(task.id);
    const cpuSeconds = used.reduce((sum, seconds) => sum + seconds, 0);
    if (used.length === 0) return undefined;
    this.#former.set(task.id, { cpuSeconds, at });
    if (former === undefined || at <= former.at) return undefined;
    const busy = Math.max(0, cpuSeconds - former.cpuSeconds) / (at - former.at);
    const mib = pids.reduce((sum, pid) => sum + (memoryOfTree(pid) ?? 0), 0);
    return {
      cpu: (busy / (Number(content?.cpu ?? CPU_UNITS) / CPU_UNITS)) * 100,
      memory: (mib / Number(content?.memory ?? CPU_UNITS)) * 100,
    };
  }
}

interface Shares {
  readonly cpu: number;
  readonly memory: number;
}
