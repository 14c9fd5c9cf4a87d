import type { TaskInvocation, TaskReporter } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';

/** A task for an integration. */
export interface Task {
  readonly cloud: Cloud;
  readonly invocation: TaskInvocation;
  readonly reporter: TaskReporter;
  readonly executionArn: string;
  /** The machine's ARN without version or alias. */
  readonly stateMachineArn: string;
  /** The principal of the task: the machine's role, or the role in `Credentials`. */
  readonly principal: () => Promise<Principal>;
  /** Aborted when the task times out or the execution is stopped. */
  readonly signal: AbortSignal;
  /** Calls back for every event that a service publishes, until the task ends. */
  readonly onEvent: (listener: (event: ServiceEvent) => void) => void;
}

/** One kind of `Resource`. */
export interface Integration {
  /** Validates a task before it is scheduled; returns the cause with which the execution fails, if any. */
  refusal(invocation: TaskInvocation): string | undefined;
  /** Runs the task and reports its result; throws only for our own bugs. */
  start(task: Task): Promise<void>;
}

/** Calls a service as the task's principal. */
export async function callAs<Output>(
  task: Task,
  service: Parameters<Cloud['call']>[1],
  operation: string,
  input: object,
): Promise<Output> {
  return task.cloud.call<Output>(await task.principal(), service, operation, input, {
    signal: task.signal,
  });
}

/** AWS's message for arguments of a wrong shape; undefined if they are valid. */
export function refuseArguments(
  { arguments: args }: TaskInvocation,
  problems: readonly string[],
): string | undefined {
  if (problems.length === 0) return undefined;
  return `The Parameters '${JSON.stringify(args)}' could not be used to start the Task: [${problems.join(', ')}]`;
}
