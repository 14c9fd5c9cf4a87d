import type { JsonObject } from '../../../../engine/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { isJsonObject, textOf } from '../json-value.ts';
import { Changes } from './changes.ts';
import { optimizedFailure } from './failures.ts';
import { outputOf, requestIntegration } from './request-response.ts';
import type { RequestSpec } from './request-spec.ts';
import { renderResult } from './results.ts';
import { shapeOfOperation } from './sdk-services.ts';
import { callAs, type Integration, type Task } from './task.ts';

/** A job that one operation creates, another describes and a third stops. */
export interface JobSpec {
  readonly operation: string;
  readonly describe: string;
  readonly stop: string;
  readonly nameMember: string;
  readonly statusMember: string;
  readonly arnMember: string;
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  /** The event source that reports changes of a job. */
  readonly eventSource: string;
}

/**
 * `.sync`: creates the job, waits for its end by events and, in case an event was lost, by polling. A
 * resumed task finds its job by name.
 */
export function jobIntegration(request: RequestSpec, job: JobSpec): Integration {
  return {
    refusal: (invocation) => requestIntegration(request).refusal(invocation),

    async start(task) {
      const { invocation, reporter } = task;
      const name = jobName(job, task);
      task.signal.addEventListener('abort', () => void stopJob(request, job, task), { once: true });
      if (invocation.submittedOutput === undefined) {
        const output = (await createdBefore(request, job, task)) ?? (await outputOf(request, task));
        if (output === undefined) return;
        reporter.started();
        reporter.submitted(output);
      }
      await untilEnded(task, job, name, async () => {
        const description = await describe(request, job, task, name);
        return description === undefined ? true : reportEnd(task, job, description);
      });
    },
  };
}

function jobName(job: JobSpec, { invocation }: Task): string {
  const { arguments: args } = invocation;
  const name = isJsonObject(args) ? args[job.nameMember] : undefined;
  return typeof name === 'string' ? name : '';
}

/** The output of a create call that was made before a crash. */
async function createdBefore(
  request: RequestSpec,
  job: JobSpec,
  task: Task,
): Promise<JsonObject | undefined> {
  if (!task.invocation.resumed) return undefined;
  try {
    const input = { [job.nameMember]: jobName(job, task) };
    const description = await callAs<Readonly<Record<string, unknown>>>(
      task,
      request.service.local,
      job.describe,
      input,
    );
    const answer = { [job.arnMember]: String(description[job.arnMember]) };
    return { ...answer, ...request.optimized?.metadata?.(task, answer) };
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/** The description; undefined after it has reported an error. */
async function describe(
  request: RequestSpec,
  job: JobSpec,
  task: Task,
  name: string,
): Promise<JsonObject | undefined> {
  const shape = shapeOfOperation(request.service, job.describe);
  if (shape === undefined) throw new Error(`no operation ${job.describe}`);
  try {
    const raw = await callAs<object>(task, request.service.local, job.describe, {
      [job.nameMember]: name,
    });
    return await renderResult(shape.output, raw, 'epochMilliseconds');
  } catch (error) {
    const prefix = request.optimized?.errorPrefix ?? request.service.errorPrefix;
    task.reporter.failed(optimizedFailure(request.service, prefix, error, task.cloud.random));
    return undefined;
  }
}

/** True if the job has ended and its result was reported. */
function reportEnd(task: Task, job: JobSpec, description: JsonObject): boolean {
  const status = textOf(description[job.statusMember]);
  if (job.succeeded.includes(status)) {
    task.reporter.succeeded(description);
    return true;
  }
  if (job.failed.includes(status)) {
    task.reporter.failed({ error: 'States.TaskFailed', cause: JSON.stringify(description) });
    return true;
  }
  return false;
}

/** Describes the job after each of its events and at intervals; stops the job if the task is aborted. */
async function untilEnded(
  task: Task,
  job: JobSpec,
  name: string,
  look: () => Promise<boolean>,
): Promise<void> {
  const changes = new Changes(task, (event) => {
    const { detail } = event;
    return (
      event.source === job.eventSource &&
      job.nameMember in detail &&
      Object.entries(detail).some(([key, value]) => key === job.nameMember && value === name)
    );
  });
  while (!task.signal.aborted) {
    if (await look()) return;
    await changes.next();
  }
}

/** Stops the job of an aborted task; best effort. */
async function stopJob(request: RequestSpec, job: JobSpec, task: Task): Promise<void> {
  try {
    const input = { [job.nameMember]: jobName(job, task) };
    await task.cloud.call(await task.principal(), request.service.local, job.stop, input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    task.cloud.logger.debug({ error: error.message, stop: job.stop }, 'a job was not stopped');
  }
}
