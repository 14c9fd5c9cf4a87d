import type {
  DeleteFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  Lambda,
  PutFunctionEventInvokeConfigRequest,
  UpdateFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda';
import type { OperationTable } from '../../cloud/operation.ts';
import type { LambdaContext } from './context.ts';
import { ResourceNotFoundException } from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { onFunction } from './functions.ts';
import { type EventInvokeRecord, LATEST, qualifiedKey } from './store.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Retries and destinations of asynchronous invocations. */
export const eventInvokeOperations: OperationTable<Lambda, LambdaContext> = {
  PutFunctionEventInvokeConfig: {
    permissions: (input: PutFunctionEventInvokeConfigRequest, context) =>
      onFunction(context, 'lambda:PutFunctionEventInvokeConfig', input),
    run: (input: PutFunctionEventInvokeConfigRequest, context) => put(context, input, undefined),
  },
  UpdateFunctionEventInvokeConfig: {
    permissions: (input: UpdateFunctionEventInvokeConfigRequest, context) =>
      onFunction(context, 'lambda:UpdateFunctionEventInvokeConfig', input),
    run: (input: UpdateFunctionEventInvokeConfigRequest, context) =>
      put(context, input, find(context, input)),
  },
  GetFunctionEventInvokeConfig: {
    readOnly: true,
    permissions: (input: GetFunctionEventInvokeConfigRequest, context) =>
      onFunction(context, 'lambda:GetFunctionEventInvokeConfig', input),
    run: (input: GetFunctionEventInvokeConfigRequest, context) =>
      show(context, find(context, input)),
  },
  DeleteFunctionEventInvokeConfig: {
    permissions: (input: DeleteFunctionEventInvokeConfigRequest, context) =>
      onFunction(context, 'lambda:DeleteFunctionEventInvokeConfig', input),
    run(input: DeleteFunctionEventInvokeConfigRequest, context): object {
      context.store.eventInvokes.delete(keyOf(find(context, input)));
      return {};
    },
  },
};

function keyOf(record: Pick<EventInvokeRecord, 'functionName' | 'qualifier'>): string {
  return qualifiedKey(record.functionName, record.qualifier);
}

function find(context: LambdaContext, input: Named): EventInvokeRecord {
  const { name, qualifier = LATEST } = parseReference(
    input.FunctionName,
    input.Qualifier ?? undefined,
  );
  const record = context.store.eventInvokes.get(qualifiedKey(name, qualifier));
  if (record === undefined) {
    throw new ResourceNotFoundException(
      `The function ${functionArn(context.cloud, name, qualifier)} doesn't have an EventInvokeConfig`,
    );
  }
  return record;
}

function put(
  context: LambdaContext,
  input: PutFunctionEventInvokeConfigRequest,
  former: EventInvokeRecord | undefined,
): FunctionEventInvokeConfig {
  const reference = parseReference(input.FunctionName, input.Qualifier ?? undefined);
  findVersion(context.cloud, context.store, reference);
  const record: EventInvokeRecord = {
    functionName: reference.name,
    qualifier: reference.qualifier ?? LATEST,
    retryAttempts: input.MaximumRetryAttempts ?? former?.retryAttempts,
    ageSeconds: input.MaximumEventAgeInSeconds ?? former?.ageSeconds,
    destinations: input.DestinationConfig ?? former?.destinations ?? {},
    modifiedAt: context.cloud.clock.now(),
  };
  context.store.eventInvokes.put(keyOf(record), record);
  return show(context, record);
}

function show(context: LambdaContext, record: EventInvokeRecord): FunctionEventInvokeConfig {
  return {
    FunctionArn: functionArn(context.cloud, record.functionName, record.qualifier),
    LastModified: new Date(record.modifiedAt),
    ...(record.retryAttempts !== undefined && { MaximumRetryAttempts: record.retryAttempts }),
    ...(record.ageSeconds !== undefined && { MaximumEventAgeInSeconds: record.ageSeconds }),
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...record.destinations },
  };
}
