import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetEventSourceMappingRequest,
  Lambda,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import type { GetQueueAttributesResult } from '@aws-sdk/client-sqs';
import type { OperationTable } from '../../../cloud/operation.ts';
import { pageByName } from '../../../cloud/pages.ts';
import { rolePrincipal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { queueUrl } from '../asynchronous/destinations.ts';
import {
  InvalidParameterValueException,
  ResourceConflictException,
  ResourceNotFoundException,
  UnsupportedFunction,
} from '../errors.ts';
import { findVersion, functionArn, parseReference } from '../function-name.ts';
import { LARGEST_BATCH_WITHOUT_WINDOW, MAPPINGS_PER_PAGE } from '../limits.ts';
import type { LambdaState } from '../state.ts';
import type { FunctionRecord, MappingRecord } from '../store.ts';

/** Event source mappings of SQS queues. */
export const mappingOperations: OperationTable<Lambda, LambdaState> = {
  CreateEventSourceMapping: {
    permissions: () => ({
      action: 'lambda:CreateEventSourceMapping',
      resource: '*',
    }),
    run: (input: CreateEventSourceMappingRequest, state) => create(state, input),
  },
  GetEventSourceMapping: {
    readOnly: true,
    permissions: (input: GetEventSourceMappingRequest, state) =>
      on(state, 'lambda:GetEventSourceMapping', input.UUID),
    run: (input: GetEventSourceMappingRequest, state) => find(state, input.UUID).configuration,
  },
  UpdateEventSourceMapping: {
    permissions: (input: UpdateEventSourceMappingRequest, state) =>
      on(state, 'lambda:UpdateEventSourceMapping', input.UUID),
    run: (input: UpdateEventSourceMappingRequest, state) => update(state, input),
  },
  DeleteEventSourceMapping: {
    permissions: (input: DeleteEventSourceMappingRequest, state) =>
      on(state, 'lambda:DeleteEventSourceMapping', input.UUID),
    run(input: DeleteEventSourceMappingRequest, state): EventSourceMappingConfiguration {
      const record = find(state, input.UUID);
      state.store.mappings.delete(record.uuid);
      state.mappings.end(record.uuid);
      return { ...record.configuration, State: 'Deleting' };
    },
  },
  ListEventSourceMappings: {
    readOnly: true,
    permissions: () => ({
      action: 'lambda:ListEventSourceMappings',
      resource: '*',
    }),
    run: (input: ListEventSourceMappingsRequest, state) => list(state, input),
  },
};

function on(state: LambdaState, action: string, uuid: string | undefined) {
  return {
    action,
    resource: state.cloud.arn('lambda', `event-source-mapping:${uuid ?? '*'}`),
  };
}

async function create(
  state: LambdaState,
  input: CreateEventSourceMappingRequest,
): Promise<EventSourceMappingConfiguration> {
  const { cloud, store } = state;
  const source = input.EventSourceArn ?? '';
  if (!/^arn:[\w-]+:sqs:/.test(source)) {
    throw new UnsupportedFunction(`the event source ${source || 'of this kind'} (only SQS queues)`);
  }
  if ((input.FilterCriteria?.Filters?.length ?? 0) > 0) {
    throw new UnsupportedFunction('filter criteria on an event source');
  }
  checkBatch(input);
  const reference = parseReference(input.FunctionName);
  const version = findVersion(cloud, store, reference);
  const arn = functionArn(cloud, reference.name, reference.qualifier);
  for (const [, other] of store.mappings.entries()) {
    const { EventSourceArn, FunctionArn } = other.configuration;
    if (EventSourceArn === source && FunctionArn === arn) {
      throw new ResourceConflictException(
        `An event source mapping with SQS arn (" ${source} ") and function (" ${reference.name} ") already exists. Please update or delete the existing mapping with UUID ${other.uuid}`,
      );
    }
  }
  await checkQueue(state, version, source);
  const uuid = cloud.random.uuid();
  const made = put(state, {
    uuid,
    functionName: reference.name,
    qualifier: reference.qualifier,
    configuration: {
      UUID: uuid,
      EventSourceMappingArn: cloud.arn('lambda', `event-source-mapping:${uuid}`),
      EventSourceArn: source,
      FunctionArn: arn,
      BatchSize: input.BatchSize ?? 10,
      MaximumBatchingWindowInSeconds: input.MaximumBatchingWindowInSeconds ?? 0,
      FunctionResponseTypes: input.FunctionResponseTypes ?? [],
      State: input.Enabled === false ? 'Disabled' : 'Enabled',
      StateTransitionReason: 'USER_INITIATED',
      LastModified: new Date(cloud.clock.now()),
    },
  });
  return { ...made, State: 'Creating' };
}

function checkBatch({
  BatchSize: size = 0,
  MaximumBatchingWindowInSeconds: window = 0,
}: Pick<CreateEventSourceMappingRequest, 'BatchSize' | 'MaximumBatchingWindowInSeconds'>): void {
  if (size <= LARGEST_BATCH_WITHOUT_WINDOW || window > 0) return;
  throw new InvalidParameterValueException(
    `Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than ${LARGEST_BATCH_WITHOUT_WINDOW}`,
  );
}

/**
 * Checks the permissions of the function's role on the queue, as AWS does before it creates a mapping.
 *
 * @throws InvalidParameterValueException
 */
async function checkQueue(
  { cloud }: LambdaState,
  version: FunctionRecord,
  source: string,
): Promise<void> {
  const QueueUrl = queueUrl(source);
  const role = rolePrincipal(version.roleArn, version.name);
  // Permissions are checked before the number of messages, which is invalid, so that nothing is received.
  await ask('ReceiveMessage', () =>
    cloud.call(role, 'sqs', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: -1 }),
  );
  const attributes = await ask('GetQueueAttributes', () =>
    cloud.call<GetQueueAttributesResult>(role, 'sqs', 'GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['VisibilityTimeout'],
    }),
  );
  const visibility = Number(attributes?.Attributes?.['VisibilityTimeout']);
  const { timeoutSeconds } = version;
  if (visibility >= timeoutSeconds) return;
  throw new InvalidParameterValueException(
    `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
  );
}

async function ask<Result>(
  action: string,
  call: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'AccessDenied') {
      throw new InvalidParameterValueException(
        `The provided execution role does not have permissions to call ${action} on SQS`,
      );
    }
    if (error.code === 'QueueDoesNotExist') {
      throw new InvalidParameterValueException(
        `Error occurred while ${action}. SQS Error Code: ${error.queryCode ?? error.code}. SQS Error Message: ${error.message}`,
      );
    }
    return undefined;
  }
}

function put(state: LambdaState, record: MappingRecord): EventSourceMappingConfiguration {
  state.store.mappings.put(record.uuid, record);
  state.mappings.follow(record);
  return record.configuration;
}

function find(state: LambdaState, uuid: string | undefined): MappingRecord {
  const record = state.store.mappings.get(uuid ?? '');
  if (record === undefined) {
    throw new ResourceNotFoundException('The resource you requested does not exist.');
  }
  return record;
}

function update(
  state: LambdaState,
  input: UpdateEventSourceMappingRequest,
): EventSourceMappingConfiguration {
  const record = find(state, input.UUID);
  const batch = {
    BatchSize: input.BatchSize ?? record.configuration.BatchSize,
    MaximumBatchingWindowInSeconds:
      input.MaximumBatchingWindowInSeconds ?? record.configuration.MaximumBatchingWindowInSeconds,
  };
  checkBatch(batch);
  const reference =
    input.FunctionName === undefined ? undefined : parseReference(input.FunctionName);
  const enabled = input.Enabled ?? record.configuration.State === 'Enabled';
  const changed = put(state, {
    ...record,
    ...(reference !== undefined && {
      functionName: reference.name,
      qualifier: reference.qualifier,
    }),
    configuration: {
      ...record.configuration,
      ...(reference !== undefined && {
        FunctionArn: functionArn(state.cloud, reference.name, reference.qualifier),
      }),
      ...batch,
      ...(input.FunctionResponseTypes !== undefined && {
        FunctionResponseTypes: input.FunctionResponseTypes,
      }),
      State: enabled ? 'Enabled' : 'Disabled',
      LastModified: new Date(state.cloud.clock.now()),
    },
  });
  const before = record.configuration.State;
  if (changed.State === before) return { ...changed, State: 'Updating' };
  return { ...changed, State: enabled ? 'Enabling' : 'Disabling' };
}

function list(
  state: LambdaState,
  input: ListEventSourceMappingsRequest,
): ListEventSourceMappingsResponse {
  const name =
    input.FunctionName === undefined ? undefined : parseReference(input.FunctionName).name;
  const mappings = [...state.store.mappings.entries()]
    .filter(([, record]) => name === undefined || record.functionName === name)
    .filter(([, { configuration }]) =>
      [undefined, configuration.EventSourceArn].includes(input.EventSourceArn),
    );
  const request = { limit: input.MaxItems ?? MAPPINGS_PER_PAGE, token: input.Marker };
  const { items, next } = pageByName(mappings, ([uuid]) => uuid, request);
  return {
    EventSourceMappings: items.map(([, record]) => record.configuration),
    ...(next !== undefined && { NextMarker: next }),
  };
}
