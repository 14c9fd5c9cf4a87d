import type {
  DeleteFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  Lambda,
  PutFunctionEventInvokeConfigRequest,
  UpdateFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda';
import type { OperationTable } from '../../cloud/operation.ts';
import { ResourceNotFoundException } from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { onFunction } from './functions.ts';
import type { LambdaState } from './state.ts';
import { type EventInvokeRecord, LATEST, qualifiedKey } from './store.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Retries and destinations of asynchronous invocations. */
export const eventInvokeOperations: OperationTable<Lambda, LambdaState> = {
  PutFunctionEventInvokeConfig: {
    permissions: (input: PutFunctionEventInvokeConfigRequest, state) =>
      onFunction(state, 'lambda:PutFunctionEventInvokeConfig', input),
    run: (input: PutFunctionEventInvokeConfigRequest, state) => put(state, input, undefined),
  },
  UpdateFunctionEventInvokeConfig: {
    permissions: (input: UpdateFunctionEventInvokeConfigRequest, state) =>
      onFunction(state, 'lambda:UpdateFunctionEventInvokeConfig', input),
    run: (input: UpdateFunctionEventInvokeConfigRequest, state) =>
      put(state, input, find(state, input)),
  },
  GetFunctionEventInvokeConfig: {
    readOnly: true,
    permissions: (input: GetFunctionEventInvokeConfigRequest, state) =>
      onFunction(state, 'lambda:GetFunctionEventInvokeConfig', input),
    run: (input: GetFunctionEventInvokeConfigRequest, state) => show(state, find(state, input)),
  },
  DeleteFunctionEventInvokeConfig: {
    permissions: (input: DeleteFunctionEventInvokeConfigRequest, state) =>
      onFunction(state, 'lambda:DeleteFunctionEventInvokeConfig', input),
    run(input: DeleteFunctionEventInvokeConfigRequest, state): object {
      state.store.eventInvokes.delete(keyOf(find(state, input)));
      return {};
    },
  },
};

function keyOf(record: Pick<EventInvokeRecord, 'functionName' | 'qualifier'>): string {
  return qualifiedKey(record.functionName, record.qualifier);
}

function find(state: LambdaState, input: Named): EventInvokeRecord {
  const { name, qualifier = LATEST } = parseReference(
    input.FunctionName,
    input.Qualifier ?? undefined,
  );
  const record = state.store.eventInvokes.get(qualifiedKey(name, qualifier));
  if (record === undefined) {
    throw new ResourceNotFoundException(
      `The function ${functionArn(state.cloud, name, qualifier)} doesn't have an EventInvokeConfig`,
    );
  }
  return record;
}

function put(
  state: LambdaState,
  input: PutFunctionEventInvokeConfigRequest,
  former: EventInvokeRecord | undefined,
): FunctionEventInvokeConfig {
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  findVersion(state.cloud, state.store, reference);
  const record: EventInvokeRecord = {
    functionName: reference.name,
    qualifier: reference.qualifier ?? LATEST,
    retryAttempts: input.MaximumRetryAttempts ?? former?.retryAttempts,
    ageSeconds: input.MaximumEventAgeInSeconds ?? former?.ageSeconds,
    destinations: input.DestinationConfig ?? former?.destinations ?? {},
    modifiedAt: state.cloud.clock.now(),
  };
  state.store.eventInvokes.put(keyOf(record), record);
  return show(state, record);
}

function show(state: LambdaState, record: EventInvokeRecord): FunctionEventInvokeConfig {
  return {
    FunctionArn: functionArn(state.cloud, record.functionName, record.qualifier),
    LastModified: new Date(record.modifiedAt),
    ...(record.retryAttempts !== undefined && { MaximumRetryAttempts: record.retryAttempts }),
    ...(record.ageSeconds !== undefined && { MaximumEventAgeInSeconds: record.ageSeconds }),
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...record.destinations },
  };
}
