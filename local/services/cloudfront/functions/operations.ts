import type {
  CloudFront,
  CreateFunctionRequest,
  DeleteFunctionRequest,
  DescribeFunctionRequest,
  FunctionSummary,
  GetFunctionRequest,
  ListFunctionsRequest,
  PublishFunctionRequest,
  UpdateFunctionRequest,
} from '@aws-sdk/client-cloudfront';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import { pageByName } from '../../../cloud/pages.ts';
import {
  Exists,
  FunctionInUse,
  FunctionSizeLimitExceeded,
  Missing,
  Unsupported,
} from '../errors.ts';
import { FUNCTION_CODE_BYTES, PAGE_SIZE } from '../limits.ts';
import { type CloudFrontState, checkVersion } from '../state.ts';
import type { FunctionRecord } from '../store.ts';

/** Functions: one is changed in DEVELOPMENT and serves viewers once it is published to LIVE. */
export const functionOperations: OperationTable<CloudFront, CloudFrontState> = {
  CreateFunction: {
    permissions: (input: CreateFunctionRequest, state) => on(state, 'CreateFunction', input.Name),
    run: (input: Checked<CreateFunctionRequest>, state) => create(state, input),
  },
  UpdateFunction: {
    permissions: (input: UpdateFunctionRequest, state) => on(state, 'UpdateFunction', input.Name),
    run(input: UpdateFunctionRequest, state) {
      const former = find(state, input.Name);
      checkVersion(input.IfMatch, former.etag);
      const record = { ...former, ...written(state, input) };
      state.store.functions.put(record.name, record);
      return { FunctionSummary: summarize(state, record, 'DEVELOPMENT'), ETag: record.etag };
    },
  },
  PublishFunction: {
    permissions: (input: PublishFunctionRequest, state) => on(state, 'PublishFunction', input.Name),
    run(input: PublishFunctionRequest, state) {
      const former = find(state, input.Name);
      checkVersion(input.IfMatch, former.etag);
      const { code, config } = former;
      const live = { code, config, modifiedAt: state.cloud.clock.now() };
      state.store.functions.put(former.name, { ...former, live });
      return { FunctionSummary: summarize(state, { ...former, live }, 'LIVE') };
    },
  },
  DescribeFunction: {
    readOnly: true,
    permissions: (input: DescribeFunctionRequest, state) =>
      on(state, 'DescribeFunction', input.Name),
    run(input: DescribeFunctionRequest, state) {
      const record = findStage(state, input);
      const stage = input.Stage ?? 'DEVELOPMENT';
      return { FunctionSummary: summarize(state, record, stage), ETag: record.etag };
    },
  },
  GetFunction: {
    readOnly: true,
    permissions: (input: GetFunctionRequest, state) => on(state, 'GetFunction', input.Name),
    run(input: GetFunctionRequest, state) {
      const record = findStage(state, input);
      const { code } = input.Stage === 'LIVE' ? (record.live ?? record) : record;
      return { FunctionCode: code, ETag: record.etag, ContentType: 'application/octet-stream' };
    },
  },
  DeleteFunction: {
    permissions: (input: DeleteFunctionRequest, state) => on(state, 'DeleteFunction', input.Name),
    run(input: DeleteFunctionRequest, state): object {
      const { name, etag } = find(state, input.Name);
      checkVersion(input.IfMatch, etag);
      refuseUsed(state, name);
      state.store.functions.delete(name);
      return {};
    },
  },
  ListFunctions: {
    readOnly: true,
    permissions: () => ({ action: 'cloudfront:ListFunctions', resource: '*' }),
    run: (input: ListFunctionsRequest, state) => list(state, input),
  },
};

function on(state: CloudFrontState, action: string, name = '') {
  return { action: `cloudfront:${action}`, resource: functionArn(state, name) };
}

function functionArn(state: CloudFrontState, name: string): string {
  return state.arn(`function/${name}`);
}

function create(state: CloudFrontState, input: Checked<CreateFunctionRequest>) {
  const { Name: name } = input;
  if (state.store.functions.has(name)) throw new Exists('FunctionAlreadyExists', 'A function');
  const content = written(state, input);
  const record: FunctionRecord = { name, ...content, createdAt: content.modifiedAt };
  state.store.functions.put(name, record);
  return {
    FunctionSummary: summarize(state, record, 'DEVELOPMENT'),
    Location: `https://cloudfront.amazonaws.com/2020-05-31/function/${name}`,
    ETag: record.etag,
  };
}

type Content = Pick<CreateFunctionRequest, 'FunctionCode' | 'FunctionConfig'>;

/** @throws FunctionSizeLimitExceeded, Unsupported */
function written(state: CloudFrontState, { FunctionCode, FunctionConfig: config }: Content) {
  const code = FunctionCode ?? new Uint8Array();
  if (code.byteLength > FUNCTION_CODE_BYTES) throw new FunctionSizeLimitExceeded();
  if ((config?.KeyValueStoreAssociations?.Items?.length ?? 0) > 0) {
    throw new Unsupported('key value stores (KeyValueStoreAssociations)');
  }
  return {
    code,
    config: config ?? { Comment: '', Runtime: 'cloudfront-js-2.0' as const },
    etag: state.newId(),
    modifiedAt: state.cloud.clock.now(),
  };
}

/** @throws Missing */
function find(state: CloudFrontState, name = ''): FunctionRecord {
  const record = state.store.functions.get(name);
  if (record === undefined) throw new Missing('NoSuchFunctionExists', 'function');
  return record;
}

/** @throws Missing */
function findStage(state: CloudFrontState, input: DescribeFunctionRequest): FunctionRecord {
  const record = find(state, input.Name);
  if (input.Stage === 'LIVE' && record.live === undefined) {
    throw new Missing('NoSuchFunctionExists', 'function');
  }
  return record;
}

/** The published code of a function by its ARN; undefined if it has none. */
export function liveCode(state: CloudFrontState, arn: string | undefined): Uint8Array | undefined {
  const name = (arn ?? '').slice((arn ?? '').lastIndexOf('/') + 1);
  return state.store.functions.get(name)?.live?.code;
}

/** @throws FunctionInUse */
function refuseUsed(state: CloudFrontState, name: string): void {
  const arn = functionArn(state, name);
  for (const [, { config }] of state.store.distributions.entries()) {
    const behaviors = [config.DefaultCacheBehavior, ...(config.CacheBehaviors?.Items ?? [])];
    const isUsed = behaviors.some((behavior) =>
      behavior?.FunctionAssociations?.Items?.some(({ FunctionARN }) => FunctionARN === arn),
    );
    if (isUsed) throw new FunctionInUse(name);
  }
}

function summarize(
  state: CloudFrontState,
  record: FunctionRecord,
  Stage: 'DEVELOPMENT' | 'LIVE',
): FunctionSummary {
  const { config, modifiedAt } = Stage === 'LIVE' ? (record.live ?? record) : record;
  return {
    Name: record.name,
    Status: record.live === undefined ? 'UNPUBLISHED' : 'DEPLOYED',
    FunctionConfig: config,
    FunctionMetadata: {
      FunctionARN: functionArn(state, record.name),
      Stage,
      CreatedTime: new Date(record.createdAt),
      LastModifiedTime: new Date(modifiedAt),
    },
  };
}

function list(state: CloudFrontState, { Marker, MaxItems, Stage }: ListFunctionsRequest) {
  const all = [...state.store.functions.entries()]
    .map(([, record]) => record)
    .filter(({ live }) => Stage !== 'LIVE' || live !== undefined);
  const limit = MaxItems ?? PAGE_SIZE;
  const { items, next } = pageByName(all, ({ name }) => name, { limit, token: Marker });
  return {
    FunctionList: {
      MaxItems: limit,
      ...(next !== undefined && { NextMarker: next }),
      Quantity: items.length,
      Items: items.map((record) => summarize(state, record, Stage ?? 'DEVELOPMENT')),
    },
  };
}
