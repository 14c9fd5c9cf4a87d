import type { Json, JsonObject } from '../../../../engine/index.ts';
import { missingMembers, pascalCase, readArguments } from './arguments.ts';
import { optimizedFailure, type RenderedFailure, sdkFailure } from './failures.ts';
import { isRepeatable, recoverRepeated } from './repeat.ts';
import type { RequestSpec } from './request-spec.ts';
import { renderResult } from './results.ts';
import { shapeOfOperation } from './sdk-services.ts';
import { callAs, type Integration, refuseArguments, type Task } from './task.ts';

/** An integration that calls one operation: request-response, or `.waitForTaskToken`. */
export function requestIntegration(spec: RequestSpec): Integration {
  const shape = shapeOfOperation(spec.service, spec.operation);
  if (shape === undefined) throw new Error(`no operation ${spec.operation}`);

  return {
    refusal(invocation) {
      const { arguments: args } = invocation;
      const read = readArguments(shape.input, args);
      const wrong = read.valid ? [] : read.problems;
      const missing = missingMembers(shape.input, args);
      return refuseArguments(invocation, [...unsupportedFields(spec, args), ...wrong, ...missing]);
    },

    async start(task) {
      const { invocation, reporter } = task;
      const output = await outputOf(spec, task);
      if (output === undefined) return;
      if (invocation.pattern === 'WAIT_FOR_TASK_TOKEN') reporter.submitted(output);
      else reporter.succeeded(output);
    },
  };
}

/** Makes the call and renders its output; undefined after it has reported a failure. */
export async function outputOf(spec: RequestSpec, task: Task): Promise<JsonObject | undefined> {
  const { invocation, reporter } = task;
  if (invocation.resumed && invocation.submittedOutput !== undefined) return undefined;
  reporter.started();
  const answer = await callOnce(spec, task);
  if (task.signal.aborted) return undefined;
  if ('error' in answer) {
    reportFailure(task, answer);
    return undefined;
  }
  const failure = spec.failureIn?.(answer.output, task);
  if (failure !== undefined) {
    reportFailure(task, failure);
    return undefined;
  }
  return answer.output;
}

function reportFailure(task: Task, failure: RenderedFailure): void {
  task.reporter.failed(failure);
}

type Answer = RenderedFailure | { readonly output: JsonObject };

async function callOnce(spec: RequestSpec, task: Task): Promise<Answer> {
  const { invocation } = task;
  const isInterrupted = invocation.resumed && invocation.started;
  if (isInterrupted && !isRepeatable(spec.operation, invocation.arguments)) {
    return interrupted(spec);
  }
  const shape = shapeOfOperation(spec.service, spec.operation);
  const read = shape === undefined ? undefined : readArguments(shape.input, invocation.arguments);
  if (shape === undefined || read === undefined || !read.valid) {
    throw new Error(`arguments of ${invocation.resource} were not checked`);
  }
  const unreachable = spec.unreachable?.(read.input);
  if (unreachable !== undefined) return unreachable;
  const input = spec.adapt?.(read.input, task) ?? read.input;
  const style = spec.optimized === undefined ? 'iso8601' : 'epochMilliseconds';
  try {
    const raw = await callAs<object | undefined>(task, spec.service.local, spec.operation, input);
    const output = await renderResult(shape.output, raw ?? {}, style);
    const metadata = spec.optimized?.metadata?.(task, raw ?? {}) ?? {};
    return { output: { ...output, ...metadata } };
  } catch (error) {
    const recovered = await recoverRepeated(spec, task, input, error);
    if (recovered !== undefined) return { output: recovered };
    return spec.optimized === undefined
      ? sdkFailure(spec.service, spec.operation, error, task.cloud.random)
      : optimizedFailure(spec.service, spec.optimized.errorPrefix, error, task.cloud.random);
  }
}

/**
 * The runtime ended during a call that must not be repeated. Standard workflows run a task at most once, so it
 * fails like a lost connection, and the state's Retry decides.
 */
function interrupted({ optimized, service, operation }: RequestSpec): RenderedFailure {
  return {
    error: `${optimized?.errorPrefix ?? service.errorPrefix}.SdkClientException`,
    cause: `Unable to execute HTTP request: the runtime ended before ${operation} answered`,
  };
}

function unsupportedFields({ fields }: RequestSpec, args: Json): readonly string[] {
  if (fields === undefined || typeof args !== 'object' || args === null) return [];
  return Object.keys(args)
    .filter((key) => !fields.includes(pascalCase(key)))
    .map((key) => `The field "${key}" is not supported by Step Functions`);
}
