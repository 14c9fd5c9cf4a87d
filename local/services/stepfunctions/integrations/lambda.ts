import {
  type Json,
  type JsonObject,
  JsonTooDeep,
  parseDocument,
  writeJson,
} from '../../../../engine/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { isJsonObject, parseJsonOr } from '../json-value.ts';
import { missingMembers, readArguments } from './arguments.ts';
import { optimizedFailure, type RenderedFailure } from './failures.ts';
import { sdkMetadata } from './http-metadata.ts';
import { readText } from './results.ts';
import { sdkService, shapeOfOperation } from './sdk-services.ts';
import { callAs, type Integration, refuseArguments, type Task } from './task.ts';

interface InvokeOutput {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly LogResult?: string;
  readonly Payload?: unknown;
  readonly ExecutedVersion?: string;
}

function lambdaService() {
  const service = sdkService('lambda');
  const shape = service === undefined ? undefined : shapeOfOperation(service, 'Invoke');
  if (service === undefined || shape === undefined) throw new Error('no Lambda client');
  return { service, input: shape.input };
}

/** `arn:aws:states:::lambda:invoke`: the payload and the result are JSON. */
export function lambdaInvoke(): Integration {
  const { input: shape } = lambdaService();
  return {
    refusal(invocation) {
      const read = readArguments(shape, invocation.arguments);
      const wrong = read.valid ? [] : read.problems;
      const missing = missingMembers(shape, invocation.arguments);
      return refuseArguments(invocation, [...wrong, ...missing]);
    },
    async start(task) {
      const { invocation, reporter } = task;
      if (invocation.resumed && invocation.submittedOutput !== undefined) return;
      const read = readArguments(shape, invocation.arguments);
      if (!read.valid) throw new Error(`arguments of ${invocation.resource} were not checked`);
      reporter.started();
      const answer = await invoke(task, read.input, compact);
      if (answer === undefined) return;
      const output = renderInvoke(task, answer);
      if (invocation.pattern === 'WAIT_FOR_TASK_TOKEN') reporter.submitted(output);
      else reporter.succeeded(output);
    },
  };
}

/** A function's ARN as `Resource`: the arguments are the event, the returned value is the result. */
export const lambdaFunction: Integration = {
  refusal: () => undefined,
  async start(task) {
    const { invocation, reporter } = task;
    reporter.started();
    const answer = await invoke(
      task,
      {
        FunctionName: invocation.resource,
        Payload: Buffer.from(writeJson(invocation.arguments)),
      },
      asWritten,
    );
    if (answer !== undefined) reporter.succeeded(answer.payload);
  },
};

interface Answer {
  readonly raw: InvokeOutput;
  readonly text: string;
  readonly payload: Json;
}

/** How the cause is created from a function's error document. */
type RenderCause = (text: string, payload: Json) => string;

/** The integration of a function's ARN uses the text as it is. */
const asWritten: RenderCause = (text) => text;

/** `lambda:invoke` parses the text and serializes it again. */
const compact: RenderCause = (_, payload) => JSON.stringify(payload);

/** Undefined after a failure was reported. */
async function invoke(
  task: Task,
  input: object,
  renderCause: RenderCause,
): Promise<Answer | undefined> {
  const { invocation, reporter } = task;
  const { service } = lambdaService();
  if (invocation.resumed && invocation.started) {
    reporter.failed(LOST_CONNECTION);
    return undefined;
  }
  try {
    const raw = await callAs<InvokeOutput>(task, 'lambda', 'Invoke', input);
    const text = await readText(raw.Payload);
    if (raw.FunctionError !== undefined) {
      reporter.failed(functionFailure(text, renderCause));
      return undefined;
    }
    return { raw, text, payload: text === '' ? null : parsePayload(text) };
  } catch (error) {
    if (error instanceof JsonTooDeep) {
      reporter.failed({ error: 'States.Runtime', cause: error.message });
      return undefined;
    }
    if (!(error instanceof ServiceError)) throw error;
    reporter.failed(optimizedFailure(service, 'Lambda', error, task.cloud.random));
    return undefined;
  }
}

/** @throws JsonTooDeep instead of returning the document as text */
function parsePayload(text: string): Json {
  try {
    return parseDocument(text);
  } catch (error) {
    if (error instanceof JsonTooDeep) throw error;
    return text;
  }
}

/**
 * A function can have any effect, so it is not invoked again after a crash. The Retry that Step Functions
 * recommends includes this error.
 * https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
const LOST_CONNECTION: RenderedFailure = {
  error: 'Lambda.SdkClientException',
  cause: 'Unable to execute HTTP request: the runtime ended before the function answered',
};

/** The error is the function's error type, and the cause its whole payload. */
function functionFailure(text: string, renderCause: RenderCause): RenderedFailure {
  const payload = parseJsonOr(text, null);
  const type = isJsonObject(payload) ? payload['errorType'] : undefined;
  if (typeof type === 'string' && type !== '') {
    return { error: type, cause: renderCause(text, payload) };
  }
  return {
    error: 'Lambda.Unknown',
    cause: `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  };
}

function renderInvoke(task: Task, { raw, text, payload }: Answer): JsonObject {
  const version = raw.ExecutedVersion ?? '$LATEST';
  const trace = `root=1-${task.cloud.random.hex(8)}-${task.cloud.random.hex(24)};parent=${task.cloud.random.hex(16)};sampled=0`;
  return {
    ExecutedVersion: version,
    ...(raw.LogResult === undefined ? {} : { LogResult: raw.LogResult }),
    Payload: payload,
    ...sdkMetadata(task.cloud, {
      contentType: 'application/json',
      contentLength: Buffer.byteLength(text),
      connectionHeader: 'Connection',
      headers: {
        'X-Amz-Executed-Version': version,
        'x-amzn-Remapped-Content-Length': '0',
        'X-Amzn-Trace-Id': trace,
      },
    }),
    StatusCode: raw.StatusCode ?? 200,
  };
}
