import type {
  DeleteProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse,
  Lambda,
  ListProvisionedConcurrencyConfigsRequest,
  ListProvisionedConcurrencyConfigsResponse,
  PutProvisionedConcurrencyConfigRequest,
} from '@aws-sdk/client-lambda';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import { InvalidParameterValueException, ProvisionedConcurrencyConfigNotFound } from './errors.ts';
import { findVersion, functionArn, parseReference } from './function-name.ts';
import { onFunction } from './functions.ts';
import { keepProvisioned, versionOf } from './keep-provisioned.ts';
import { PAGE_SIZE } from './limits.ts';
import type { LambdaState } from './state.ts';
import { LATEST, type ProvisionedRecord, qualifiedKey } from './store.ts';

/** AWS says one to two minutes: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html */
const ALLOCATION_MS = 60_000;

interface Qualified {
  readonly FunctionName: string | undefined;
  readonly Qualifier: string | undefined;
}

/** Why nothing could be provisioned: a process of the version ended before it could be invoked. */
const INIT_FAILURE = 'FUNCTION_ERROR_INIT_FAILURE';

/**
 * What a version or alias has provisioned. It is ready after a minute of the clock, when its processes have loaded their
 * code; this machine keeps `PROVISIONED_PROCESSES` of a version warm.
 */
export const provisionedOperations: OperationTable<Lambda, LambdaState> = {
  PutProvisionedConcurrencyConfig: {
    permissions: (input: PutProvisionedConcurrencyConfigRequest, state) =>
      onFunction(state, 'lambda:PutProvisionedConcurrencyConfig', input),
    run: (input: Checked<PutProvisionedConcurrencyConfigRequest>, state) => put(state, input),
  },
  GetProvisionedConcurrencyConfig: {
    readOnly: true,
    permissions: (input: GetProvisionedConcurrencyConfigRequest, state) =>
      onFunction(state, 'lambda:GetProvisionedConcurrencyConfig', input),
    run: (input: GetProvisionedConcurrencyConfigRequest, state) => show(state, find(state, input)),
  },
  DeleteProvisionedConcurrencyConfig: {
    permissions: (input: DeleteProvisionedConcurrencyConfigRequest, state) =>
      onFunction(state, 'lambda:DeleteProvisionedConcurrencyConfig', input),
    run(input: DeleteProvisionedConcurrencyConfigRequest, state): object {
      const { name, qualifier } = named(state, input);
      state.store.provisioned.delete(qualifiedKey(name, qualifier));
      keepProvisioned(state, name);
      return {};
    },
  },
  ListProvisionedConcurrencyConfigs: {
    readOnly: true,
    permissions: (input: ListProvisionedConcurrencyConfigsRequest, state) =>
      onFunction(state, 'lambda:ListProvisionedConcurrencyConfigs', {
        FunctionName: input.FunctionName,
      }),
    run: (input: ListProvisionedConcurrencyConfigsRequest, state) => list(state, input),
  },
};

/** @throws ResourceNotFoundException, InvalidParameterValueException */
function named(state: LambdaState, input: Qualified) {
  const { name, qualifier = LATEST } = parseReference(
    input.FunctionName,
    input.Qualifier ?? undefined,
  );
  // An alias of what was not published has none either.
  if (findVersion(state.cloud, state.store, { name, qualifier }).version === LATEST) {
    throw new InvalidParameterValueException(
      'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
    );
  }
  return { name, qualifier };
}

function find(state: LambdaState, input: Qualified): ProvisionedRecord {
  const { name, qualifier } = named(state, input);
  const record = state.store.provisioned.get(qualifiedKey(name, qualifier));
  if (record === undefined) throw new ProvisionedConcurrencyConfigNotFound();
  return record;
}

function put(
  state: LambdaState,
  input: Checked<PutProvisionedConcurrencyConfigRequest>,
): GetProvisionedConcurrencyConfigResponse {
  const { name, qualifier } = named(state, input);
  const requested = input.ProvisionedConcurrentExecutions;
  const reserved = state.store.settings.get(name)?.reservedConcurrency;
  if (reserved !== undefined && sumOfOthers(state, name, qualifier) + requested > reserved) {
    throw new InvalidParameterValueException(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  }
  const now = state.cloud.clock.now();
  const record: ProvisionedRecord = {
    functionName: name,
    qualifier,
    requested,
    readyAt: now + ALLOCATION_MS,
    modifiedAt: now,
  };
  state.store.provisioned.put(qualifiedKey(name, qualifier), record);
  keepProvisioned(state, name);
  return show(state, record);
}

function sumOfOthers({ store }: LambdaState, name: string, qualifier: string): number {
  return [...store.provisioned.entries({ prefix: `${name}|` })]
    .filter(([, record]) => record.qualifier !== qualifier)
    .reduce((sum, [, { requested }]) => sum + requested, 0);
}

function show(
  state: LambdaState,
  record: ProvisionedRecord,
): GetProvisionedConcurrencyConfigResponse {
  const { requested, readyAt, modifiedAt } = record;
  const version = versionOf(state, record);
  const warmth = version === undefined ? undefined : state.pool.warmthOf(version);
  const isReady = state.cloud.clock.now() >= readyAt && (warmth ?? 'warm') === 'warm';
  const there = isReady ? requested : 0;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: there,
    AllocatedProvisionedConcurrentExecutions: there,
    Status: warmth === 'failed' ? 'FAILED' : isReady ? 'READY' : 'IN_PROGRESS',
    ...(warmth === 'failed' && { StatusReason: INIT_FAILURE }),
    LastModified: new Date(modifiedAt).toISOString().replace(/\.\d+Z$/, '+0000'),
  };
}

function list(
  state: LambdaState,
  input: ListProvisionedConcurrencyConfigsRequest,
): ListProvisionedConcurrencyConfigsResponse {
  const { name } = parseReference(input.FunctionName);
  findVersion(state.cloud, state.store, { name, qualifier: LATEST });
  const records = [...state.store.provisioned.entries({ prefix: `${name}|` })].map(
    ([, record]) => record,
  );
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName(records, ({ qualifier }) => qualifier, request);
  return {
    ProvisionedConcurrencyConfigs: items.map((record) => ({
      FunctionArn: functionArn(state.cloud, name, record.qualifier),
      ...show(state, record),
    })),
    ...(next !== undefined && { NextMarker: next }),
  };
}
