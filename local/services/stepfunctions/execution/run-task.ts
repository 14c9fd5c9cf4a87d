import type { TaskInvocation, TaskPreparation, TaskReporter } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { type Principal, rolePrincipal } from '../../../cloud/principal.ts';
import type { Integrations, Task } from '../integrations/index.ts';
import type { EventListeners } from './listeners.ts';
import type { TaskTokens } from './task-tokens.ts';
import type { Turns } from './turns.ts';

/** What running a task needs of its execution. */
export interface TaskRunner {
  readonly cloud: Cloud;
  readonly integrations: Integrations;
  readonly tokens: TaskTokens;
  readonly listeners: EventListeners;
  /** Shared with all executions; a state under test has no others beside it. */
  readonly turns?: Turns;
  readonly executionArn: string;
  readonly executionName: string;
  /** Without version or alias. */
  readonly stateMachineArn: string;
  /** Whom the machine acts as. */
  readonly principal: () => Promise<Principal>;
}

/** AWS refuses arguments of a wrong shape before it schedules the task, and no Catch helps. */
export function prepareTask(
  { integrations }: TaskRunner,
  invocation: TaskInvocation,
): TaskPreparation | undefined {
  const cause = integrations(invocation).refusal(invocation);
  return cause === undefined ? undefined : { error: 'States.Runtime', cause };
}

/** A child of a Map Run belongs to the machine that its label stands behind. */
function machineOf(stateMachineArn: string): string {
  return stateMachineArn.split('/', 1)[0] ?? stateMachineArn;
}

/** Runs a task. Returns what aborts it. */
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

/** The call happens once the event that tells of it is safe: no crash makes it happen unseen. */
async function startSafely({ cloud, integrations, turns }: TaskRunner, task: Task): Promise<void> {
  const { invocation, reporter, signal } = task;
  try {
    await cloud.store.eventuallyCommitted();
    // A machine whose task starts it again is many executions of few steps each.
    await turns?.mine();
    if (!signal.aborted) await integrations(invocation).start(task);
  } catch (error) {
    cloud.logger.error({ error, resource: invocation.resource }, 'a service integration broke');
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

/** The machine's role, or the one that `Credentials` names, which the machine's role then assumes. */
async function principalOf(runner: TaskRunner, { roleArn }: TaskInvocation): Promise<Principal> {
  const principal = await runner.principal();
  if (roleArn === undefined) return principal;
  await runner.cloud.call(principal, 'sts', 'AssumeRole', {
    RoleArn: roleArn,
    RoleSessionName: 'StepFunctions',
  });
  return rolePrincipal(roleArn, 'StepFunctions');
}
