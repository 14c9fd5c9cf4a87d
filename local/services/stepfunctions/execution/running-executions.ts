import type { Execution, Failure, Host } from '../../../../engine/index.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';
import { EventListeners } from './listeners.ts';
import type { RunnerServices } from './runner-services.ts';
import { createHost, type ExecutionPlan, type ExecutionSink } from './running-execution.ts';
import { Turns } from './turns.ts';

/** The executions that run in this process, of every kind. */
export class RunningExecutions {
  /** Divides the event loop among them. */
  readonly turns: Turns;
  readonly #services: RunnerServices;
  readonly #listeners = new EventListeners();
  readonly #running = new Map<string, Execution>();
  /** How many executions a machine has, by the ARN of the machine that the user created. */
  readonly #countOf = new Map<string, number>();

  constructor(services: RunnerServices) {
    this.#services = services;
    this.turns = new Turns(services.cloud.clock);
  }

  /** Whether a machine has executions in progress; a machine in DELETING is removed with its last one. */
  hasAny(machineArn: string): boolean {
    return (this.#countOf.get(machineArn) ?? 0) > 0;
  }

  /** Begins or resumes an execution on the engine. */
  enter(plan: ExecutionPlan, sink: ExecutionSink, begin: (host: Host) => Execution): void {
    const { executionArn: arn } = plan.identity;
    const { parentMachineArn: machineArn } = plan;
    this.#countOf.set(machineArn, (this.#countOf.get(machineArn) ?? 0) + 1);
    let over = false;
    const shared = { ...this.#services, listeners: this.#listeners, turns: this.turns };
    const host = createHost(shared, plan, {
      ...sink,
      ended(result) {
        over = true;
        sink.ended(result);
      },
    });
    let execution: Execution;
    try {
      execution = begin(host);
    } catch (error) {
      if (!over) this.leave(plan);
      throw error;
    }
    // An execution that never waits ends before `begin` returns.
    if (!over) this.#running.set(arn, execution);
  }

  /** Called by the sink of an execution that ended. */
  leave({ identity, parentMachineArn }: ExecutionPlan): void {
    this.#running.delete(identity.executionArn);
    const left = (this.#countOf.get(parentMachineArn) ?? 1) - 1;
    if (left > 0) {
      this.#countOf.set(parentMachineArn, left);
      return;
    }
    this.#countOf.delete(parentMachineArn);
    const { machines } = this.#services;
    if (machines.machine(parentMachineArn)?.deleting === true) {
      machines.removeMachine(parentMachineArn);
    }
  }

  stop(arn: string, failure: Failure): void {
    this.#running.get(arn)?.abort(failure.error, failure.cause);
  }

  /** Stops an execution at a state transition if its machine is being deleted. */
  stopIfDeleted({ identity, parentMachineArn }: ExecutionPlan): void {
    if (this.#services.machines.machine(parentMachineArn)?.deleting !== true) return;
    queueMicrotask(() => this.stop(identity.executionArn, {}));
  }

  /** Hands an event of another service to the tasks that wait for one. */
  hear(event: ServiceEvent): void {
    this.#listeners.hear(event);
  }

  /** The runtime ends: no execution takes another step. */
  close(): void {
    this.turns.stop();
  }
}
