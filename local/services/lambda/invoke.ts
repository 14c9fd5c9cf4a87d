import type { InvocationRequest, InvocationResponse, Lambda } from '@aws-sdk/client-lambda';
import { parseJson } from '../../../engine/index.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { redactedJsonProblem } from '../../event-patterns/index.ts';
import { endsLoop } from './end-loop.ts';
import {
  InvalidRequestContentException,
  RecursiveInvocationException,
  RequestTooLargeException,
} from './errors.ts';
import { findVersion, parseReference } from './function-name.ts';
import { onFunction } from './functions.ts';
import { ASYNCHRONOUS_PAYLOAD_BYTES, SYNCHRONOUS_PAYLOAD_BYTES } from './limits.ts';
import type { LambdaState } from './state.ts';
import { LATEST } from './store.ts';

/** Synchronous and asynchronous invocations. */
export const invokeOperations: OperationTable<Lambda, LambdaState> = {
  Invoke: {
    permissions: (input: InvocationRequest, state) =>
      onFunction(state, 'lambda:InvokeFunction', input),
    run: (input: InvocationRequest, state, call) => invoke(state, call, input),
  },
};

async function invoke(
  state: LambdaState,
  { requestId, traceHeader }: Call,
  input: InvocationRequest,
): Promise<InvocationResponse> {
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  // AWS names `$LATEST` where the function of an invocation does not exist.
  const { name, qualifier = LATEST } = reference;
  const record = findVersion(state.cloud, state.store, { name, qualifier });
  const type = input.InvocationType ?? 'RequestResponse';
  if (type === 'DryRun') return { StatusCode: 204 };
  const payload = payloadOf(input, type);
  if (type === 'Event') {
    state.asynchronous.add(requestId, reference, payload, traceHeader);
    return { StatusCode: 202 };
  }
  if (endsLoop(state.cloud, state.store, reference.name, traceHeader)) {
    throw new RecursiveInvocationException();
  }
  const result = await state.pool.invoke({
    requestId,
    record,
    traceHeader,
    qualifier: reference.qualifier,
    payload,
    clientContext: clientContextOf(input),
  });
  return {
    StatusCode: 200,
    Payload: result.payload,
    ExecutedVersion: record.version,
    ...(result.failed && { FunctionError: 'Unhandled' }),
    ...(input.LogType === 'Tail' && { LogResult: result.logTail }),
  };
}

/** The default payload is `{}`, as on AWS. */
function payloadOf(input: InvocationRequest, type: string): Uint8Array {
  const given = input.Payload as Uint8Array | string | undefined;
  const payload = typeof given === 'string' ? Buffer.from(given) : given;
  if (payload === undefined || payload.byteLength === 0) return Buffer.from('{}');
  const limit = type === 'Event' ? ASYNCHRONOUS_PAYLOAD_BYTES : SYNCHRONOUS_PAYLOAD_BYTES;
  if (payload.byteLength > limit) {
    throw new RequestTooLargeException(
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    );
  }
  checkJson(Buffer.from(payload).toString());
  return payload;
}

/** @throws InvalidRequestContentException with the message of Lambda's parser */
function checkJson(text: string): void {
  try {
    parseJson(text);
  } catch (cause) {
    const reason = redactedJsonProblem(text) ?? (cause instanceof Error ? cause.message : '');
    throw Object.assign(
      new InvalidRequestContentException(
        `Could not parse request body into json: Could not parse payload into json: ${reason}`,
      ),
      { cause },
    );
  }
}

function clientContextOf(input: InvocationRequest): string | undefined {
  if (input.ClientContext === undefined) return undefined;
  return Buffer.from(input.ClientContext, 'base64').toString();
}
