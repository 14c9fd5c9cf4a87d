import type { Table } from '../../../store/index.ts';
import type { HostingContext } from './context.ts';
import { EndpointController } from './endpoint-controller.ts';
import type { EndpointRecord } from './records.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';

/** The controllers of the endpoints that this runtime serves. */
export class EndpointControllers {
  readonly #context: HostingContext;
  readonly #table: Table<EndpointRecord>;
  readonly #alarms: RollbackAlarms;
  readonly #controllers = new Map<string, EndpointController>();

  constructor(context: HostingContext, table: Table<EndpointRecord>, alarms: RollbackAlarms) {
    this.#context = context;
    this.#table = table;
    this.#alarms = alarms;
  }

  get all(): readonly EndpointController[] {
    return [...this.#controllers.values()];
  }

  get(name: string): EndpointController | undefined {
    return this.#controllers.get(name);
  }

  /** The controller of an endpoint that has a record. */
  of(name: string): EndpointController {
    const known = this.#controllers.get(name);
    if (known !== undefined) return known;
    const controller = new EndpointController({
      context: this.#context,
      table: this.#table,
      alarms: this.#alarms,
      name,
      onDeleted: () => this.#controllers.delete(name),
    });
    this.#controllers.set(name, controller);
    return controller;
  }
}
