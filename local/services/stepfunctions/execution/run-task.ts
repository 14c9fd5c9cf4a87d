import type { TaskInvocation, TaskPreparation, TaskReporter } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { type Principal, rolePrincipal } from '../../../cloud/principal.ts';
import type { Integrations, Task } from '../integrations/index.ts';
import type { EventListeners } from './listeners.ts';
import type { TaskTokens } from './task-tokens.ts';
import type { Turns } from './turns.ts';

/** The members of an execution that its tasks need. */
export interface TaskRunner {
  readonly cloud: Cloud;
  readonly integrations: Integrations;
  readonly tokens: TaskTokens;
  readonly listeners: EventListeners;
  /** Shared by all executions; a state under test has none. */
  readonly turns?: Turns;
  readonly executionArn: string;
  readonly executionName: string;
  /** Without version or alias. */
  readonly stateMachineArn: string;
  /** The principal that the machine's role gives it. */
  readonly principal: () => Promise<Principal>;
}

/** AWS refuses arguments of a wrong shape before it schedules the task; a Catch does not handle this. */
export function prepareTask(
  { integrations }: TaskRunner,
  invocation: TaskInvocation,
): TaskPreparation | undefined {
  const cause = integrations(invocation).refusal(invocation);
  return cause === undefined ? undefined : { error: 'States.Runtime', cause };
}

/** The machine of a Map Run's child, whose ARN ends with `/` and the label. */
function machineOf(stateMachineArn: string): string {
  return stateMachineArn.split('/', 1)[0] ?? stateMachineArn;
}

/** Runs a task. Returns a function that aborts it. */
export function runTask(
  runner: TaskRunner,
  invocation: TaskInvocation,
  reporter: TaskReporter,
): () => void {
  const controller = new AbortController();
  const closers: (() => void)[] = [];
  const close = () => {
    for (const closer of closers.splice(0)) closer();
  };
  const closing = closeAtEnd(reporter, close);
  if (invocation.pattern === 'WAIT_FOR_TASK_TOKEN' || invocation.family === 'activity') {
    const task = {
      executionArn: runner.executionArn,
      resourceArn:
        invocation.family === 'activity' ? invocation.resource : machineOf(runner.stateMachineArn),
      reporter: closing,
    };
    closers.push(runner.tokens.open(invocation.taskToken, task));
  }
  const task: Task = {
    cloud: runner.cloud,
    invocation,
    reporter: closing,
    executionArn: runner.executionArn,
    stateMachineArn: runner.stateMachineArn,
    principal: () => principalOf(runner, invocation),
    signal: controller.signal,
    onEvent: (listener) => closers.push(runner.listeners.add(listener)),
  };
  void startSafely(runner, task);
  return () => {
    controller.abort();
    close();
  };
}

/** Makes the call after its event is on disk, so that a crash leaves no call without an event. */
async function startSafely({ cloud, integrations, turns }: TaskRunner, task: Task): Promise<void> {
  const { invocation, reporter, signal } = task;
  try {
    await cloud.store.eventuallyCommitted();
    // A machine whose task starts itself consists of many executions with few steps each.
    await turns?.mine();
    if (!signal.aborted) await integrations(invocation).start(task);
  } catch (error) {
    cloud.logger.error({ error, resource: invocation.resource }, 'A service integration failed');
    reporter.failed({
      error: 'States.Runtime',
      cause: `stepmill failed to run ${invocation.resource}: ${error instanceof Error ? error.message : String(error)}. The runtime's log has more.`,
    });
  }
}

function closeAtEnd(reporter: TaskReporter, close: () => void): TaskReporter {
  const ending =
    <Args extends readonly unknown[]>(report: (...args: Args) => boolean) =>
    (...args: Args): boolean => {
      close();
      return report(...args);
    };
  return {
    started: (workerName) => reporter.started(workerName),
    submitted: (output) => reporter.submitted(output),
    heartbeat: () => reporter.heartbeat(),
    succeeded: ending((output) => reporter.succeeded(output)),
    failed: ending((failure) => reporter.failed(failure)),
    scheduleFailed: ending((failure) => reporter.scheduleFailed(failure)),
    startFailed: ending((failure) => reporter.startFailed(failure)),
    submitFailed: ending((failure) => reporter.submitFailed(failure)),
  };
}

/** The machine's role, or the role in `Credentials`, which the machine's role assumes. */
async function principalOf(runner: TaskRunner, { roleArn }: TaskInvocation): Promise<Principal> {
  const principal = await runner.principal();
  if (roleArn === undefined) return principal;
  await runner.cloud.call(principal, 'sts', 'AssumeRole', {
    RoleArn: roleArn,
    RoleSessionName: 'StepFunctions',
  });
  return rolePrincipal(roleArn, 'StepFunctions');
}
