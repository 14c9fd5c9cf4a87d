import type { Json, JsonObject } from '../../../../engine/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { executionArn } from '../arns.ts';
import { isJsonObject, parseJsonOr, textOf } from '../json-value.ts';
import { Changes } from './changes.ts';
import { optimizedFailure } from './failures.ts';
import { jsonLength, sdkMetadata } from './http-metadata.ts';
import { outputOf, requestIntegration } from './request-response.ts';
import type { RequestSpec } from './request-spec.ts';
import { renderResult } from './results.ts';
import { type SdkService, sdkService, shapeOfOperation } from './sdk-services.ts';
import { callAs, type Integration, type Task } from './task.ts';

/** How the result holds a nested execution's input and output: with `.sync` as strings, with `.sync:2` as JSON. */
type Documents = 'text' | 'json';

/** `states:startExecution`: starts an execution, and waits for its end if `documents` is given. */
export function nestedExecution(documents: Documents | undefined): Integration {
  const request: RequestSpec = {
    service: stepFunctions(),
    operation: 'StartExecution',
    optimized: {
      errorPrefix: 'StepFunctions',
      metadata: (task, output) =>
        sdkMetadata(task.cloud, {
          contentType: 'application/x-amz-json-1.0',
          contentLength: wireLength(output),
        }),
    },
  };
  const start = requestIntegration(request);
  if (documents === undefined) return start;
  return {
    refusal: (invocation) => start.refusal(invocation),
    async start(task) {
      const { invocation, reporter } = task;
      let submitted = invocation.submittedOutput ?? (await startedBefore(request, task));
      if (submitted === undefined) {
        submitted = await outputOf(request, task);
        if (submitted === undefined) return;
      }
      reporter.started();
      reporter.submitted(submitted);
      const arn = isJsonObject(submitted) ? textOf(submitted['ExecutionArn']) : '';
      task.signal.addEventListener('abort', () => void stop(task, arn), { once: true });
      await untilEnded(task, documents, arn);
    },
  };
}

function stepFunctions(): SdkService {
  const state = sdkService('sfn');
  if (state === undefined) throw new Error('no Step Functions client');
  return state;
}

/** The size of a response of Step Functions, which writes timestamps as Java does: `1.795258094123E9`. */
function wireLength(output: object): number {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(output);
  const dates = entries.filter(([, value]) => value instanceof Date);
  const texts = entries.map(([key, value]) => [
    key,
    value instanceof Date ? javaSeconds(value) : value,
  ]);
  // Numbers have no quotes.
  return jsonLength(Object.fromEntries(texts)) - 2 * dates.length;
}

function javaSeconds(date: Date): string {
  return (date.getTime() / 1000).toExponential().replace('e+', 'E');
}

/** The output of a StartExecution with a name that was called before a crash. */
async function startedBefore(request: RequestSpec, task: Task): Promise<Json | undefined> {
  const { arguments: args, resumed } = task.invocation;
  if (!resumed || !isJsonObject(args)) return undefined;
  const { Name: name, StateMachineArn: machine } = args;
  if (typeof name !== 'string' || typeof machine !== 'string') return undefined;
  const arn = executionArn(machine.split(':').slice(0, 7).join(':'), name);
  try {
    const found = await callAs<{ readonly startDate?: Date }>(
      task,
      'stepfunctions',
      'DescribeExecution',
      { executionArn: arn },
    );
    const answer = { executionArn: arn, startDate: found.startDate };
    return {
      ExecutionArn: arn,
      StartDate: found.startDate?.getTime() ?? 0,
      ...request.optimized?.metadata?.(task, answer),
    };
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

async function untilEnded(task: Task, documents: Documents, arn: string): Promise<void> {
  const changes = new Changes(
    task,
    (event) => event.source === 'aws.states' && event.resources.includes(arn),
  );
  while (!task.signal.aborted) {
    const description = await describe(task, arn);
    if (description === undefined) return;
    if (description['Status'] !== 'RUNNING') {
      reportEnd(task, documents, description);
      return;
    }
    await changes.next();
  }
}

async function describe(task: Task, arn: string): Promise<JsonObject | undefined> {
  const shape = shapeOfOperation(stepFunctions(), 'DescribeExecution');
  if (shape === undefined) throw new Error('no operation DescribeExecution');
  try {
    const raw = await callAs<object>(task, 'stepfunctions', 'DescribeExecution', {
      executionArn: arn,
    });
    return await renderResult(shape.output, raw, 'epochMilliseconds');
  } catch (error) {
    task.reporter.failed(
      optimizedFailure(stepFunctions(), 'StepFunctions', error, task.cloud.random),
    );
    return undefined;
  }
}

/** A nested execution that did not succeed fails the task, also after a timeout. */
function reportEnd({ reporter }: Task, documents: Documents, description: JsonObject): void {
  const shown = documents === 'text' ? description : withDocuments(description);
  if (description['Status'] === 'SUCCEEDED') reporter.succeeded(shown);
  else reporter.failed({ error: 'States.TaskFailed', cause: JSON.stringify(shown) });
}

function withDocuments(description: JsonObject): JsonObject {
  const documents: Record<string, Json> = {};
  for (const member of ['Input', 'Output']) {
    const text = description[member];
    if (typeof text === 'string') documents[member] = parseJsonOr(text, text);
  }
  return { ...description, ...documents };
}

async function stop(task: Task, arn: string): Promise<void> {
  // Measured on AWS: no error, and this cause whether the task timed out, was interrupted or stopped.
  const cause = `The Task state in AWS Step Functions execution [${task.executionArn}] which was managing this resource was aborted`;
  const input = { executionArn: arn, cause };
  try {
    await task.cloud.call(await task.principal(), 'stepfunctions', 'StopExecution', input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    task.cloud.logger.debug({ error: error.message, arn }, 'a nested execution was not stopped');
  }
}
