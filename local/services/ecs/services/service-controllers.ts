import type { ServiceEvent } from '../../../cloud/service.ts';
import type { TaskRecord } from '../store.ts';
import type { ServicesContext } from './context.ts';
import { alarmOf } from './deployment-alarms.ts';
import { ServiceController } from './service-controller.ts';
import { ServiceUtilization } from './utilization.ts';

/** The controllers of the services that are not deleted. */
export class ServiceControllers {
  readonly #context: ServicesContext;
  readonly #controllers = new Map<string, ServiceController>();
  readonly #utilization: ServiceUtilization;
  #isHalted = false;

  constructor(context: ServicesContext) {
    this.#context = context;
    this.#utilization = new ServiceUtilization(context);
    context.runs.onServiceTask = (task) => {
      if (task.service !== undefined)
        this.#controllers.get(`${task.cluster}|${task.service}`)?.wake();
    };
  }

  of(cluster: string, name: string): ServiceController {
    const key = `${cluster}|${name}`;
    const known = this.#controllers.get(key);
    if (known !== undefined) return known;
    const controller = new ServiceController(this.#context, cluster, name);
    this.#controllers.set(key, controller);
    return controller;
  }

  /** Resumes the services of a former runtime, whose tasks ended with it. */
  resume(): void {
    for (const { cluster, name, status } of this.#context.services.all()) {
      if (status !== 'INACTIVE') this.of(cluster, name).wake();
    }
    this.#utilization.start();
  }

  wake(cluster: string, name: string): void {
    if (this.#isHalted) return;
    this.of(cluster, name).wake();
    this.#utilization.start();
  }

  /** Stops a task that a user names, after its load balancers have let it go. */
  async stopTask(task: TaskRecord, reason: string): Promise<void> {
    const { cluster, service = '' } = task;
    await this.of(cluster, service).tasks.stop(task, reason, 'UserInitiated');
    this.wake(cluster, service);
  }

  onEvent(event: ServiceEvent): void {
    const alarm = alarmOf(event);
    if (alarm === undefined) return;
    for (const controller of this.#controllers.values()) controller.onAlarm(alarm);
  }

  halt(): void {
    this.#isHalted = true;
    this.#utilization.stop();
    for (const controller of this.#controllers.values()) controller.halt();
  }
}
