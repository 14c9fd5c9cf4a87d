import type { JsonObject } from '../../../../engine/index.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { isJsonObject, textOf } from '../json-value.ts';
import { Changes } from './changes.ts';
import { optimizedFailure } from './failures.ts';
import { outputOf, requestIntegration } from './request-response.ts';
import type { RequestSpec } from './request-spec.ts';
import { renderResult } from './results.ts';
import { shapeOfOperation } from './sdk-services.ts';
import { callAs, type Integration, type Task } from './task.ts';

/** As AWS marks the tasks that it starts. */
const STARTED_BY = 'AWS Step Functions';

/** `ecs:runTask`: a response with failures fails the task. */
export function ecsRequest(spec: RequestSpec): RequestSpec {
  return {
    ...spec,
    adapt: (input) => ({ startedBy: STARTED_BY, ...input }),
    // https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
    failureIn: (output) =>
      Array.isArray(output['Failures']) && output['Failures'].length > 0
        ? { error: 'AmazonECS.Unknown', cause: JSON.stringify(output) }
        : undefined,
  };
}

/**
 * `ecs:runTask.sync`: waits until the first task has stopped, by events and, in case one was lost, by polling. Its result
 * is that task, and its cause too where an essential container did not end with 0.
 */
export function ecsTaskIntegration(request: RequestSpec): Integration {
  return {
    refusal: (invocation) => requestIntegration(request).refusal(invocation),

    async start(task) {
      const { invocation, reporter } = task;
      const submitted = invocation.submittedOutput ?? (await outputOf(request, task));
      if (submitted === undefined) return;
      if (invocation.submittedOutput === undefined) {
        reporter.started();
        reporter.submitted(submitted);
      }
      const arn = firstTask(submitted);
      const stop = () => void stopTask(task, arn);
      if (task.signal.aborted) return stop();
      task.signal.addEventListener('abort', stop, { once: true });
      await untilStopped(request, task, arn);
    },
  };
}

function firstTask(output: unknown): string {
  const tasks = isJsonObject(output) ? output['Tasks'] : undefined;
  const [first] = Array.isArray(tasks) ? tasks : [];
  return isJsonObject(first) ? textOf(first['TaskArn']) : '';
}

async function untilStopped(request: RequestSpec, task: Task, arn: string): Promise<void> {
  const changes = new Changes(
    task,
    ({ resources, source }) => source === 'aws.ecs' && resources.includes(arn),
  );
  while (!task.signal.aborted) {
    const found = await describe(request, task, arn);
    if (found === undefined) return;
    if (found['LastStatus'] === 'STOPPED') return reportEnd(task, found);
    await changes.next();
  }
}

/** The task as it is; undefined after it has reported an error. */
async function describe(
  request: RequestSpec,
  task: Task,
  arn: string,
): Promise<JsonObject | undefined> {
  const shape = shapeOfOperation(request.service, 'DescribeTasks');
  if (shape === undefined) throw new Error('no operation DescribeTasks');
  try {
    const input = { cluster: clusterOf(arn), tasks: [arn] };
    const raw = await callAs<object>(task, 'ecs', 'DescribeTasks', input);
    const { Tasks: tasks } = await renderResult(shape.output, raw, 'epochMilliseconds');
    const [found] = Array.isArray(tasks) ? tasks : [];
    if (isJsonObject(found)) return found;
    const cause = `Amazon ECS does not know the task ${arn} any more: it keeps stopped ones for an hour.`;
    task.reporter.failed({ error: 'States.TaskFailed', cause });
  } catch (error) {
    const prefix = request.optimized?.errorPrefix ?? request.service.errorPrefix;
    task.reporter.failed(optimizedFailure(request.service, prefix, error, task.cloud.random));
  }
  return undefined;
}

function clusterOf(arn: string): string {
  return arn.split('/')[1] ?? '';
}

async function reportEnd(task: Task, found: JsonObject): Promise<void> {
  if (await hasSucceeded(task, found)) task.reporter.succeeded(found);
  else task.reporter.failed({ error: 'States.TaskFailed', cause: JSON.stringify(found) });
}

/** The stop code is the same for exit code 0 and any other, so the essential containers say how the task ended. */
async function hasSucceeded(task: Task, found: JsonObject): Promise<boolean> {
  if (found['StopCode'] !== 'EssentialContainerExited') return false;
  const essential = await essentialContainers(task, textOf(found['TaskDefinitionArn']));
  const containers = Array.isArray(found['Containers']) ? found['Containers'] : [];
  return containers.every(
    (container) =>
      isJsonObject(container) &&
      (!essential.has(textOf(container['Name'])) || container['ExitCode'] === 0),
  );
}

/** ECS knows this without a permission of the machine's role. */
async function essentialContainers({ cloud }: Task, arn: string): Promise<ReadonlySet<string>> {
  const account: Principal = { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` };
  const { taskDefinition } = await cloud.call<{
    readonly taskDefinition: {
      readonly containerDefinitions: readonly {
        readonly name: string;
        readonly essential: boolean;
      }[];
    };
  }>(account, 'ecs', 'DescribeTaskDefinition', { taskDefinition: arn });
  const essential = taskDefinition.containerDefinitions.filter((one) => one.essential);
  return new Set(essential.map(({ name }) => name));
}

/** Stops the task of an aborted state; best effort. */
async function stopTask(task: Task, arn: string): Promise<void> {
  const reason = `The Task state in AWS Step Functions execution [${task.executionArn}] which was managing this resource was aborted`;
  const input = { cluster: clusterOf(arn), task: arn, reason };
  try {
    await task.cloud.call(await task.principal(), 'ecs', 'StopTask', input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    task.cloud.logger.debug({ error: error.message, arn }, 'a task was not stopped');
  }
}
