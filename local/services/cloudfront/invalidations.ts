import { isDeepStrictEqual } from 'node:util';
import type {
  CloudFront,
  CreateInvalidationRequest,
  GetInvalidationRequest,
  Invalidation,
  ListInvalidationsRequest,
} from '@aws-sdk/client-cloudfront';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import { distributionArn, findDistribution } from './distributions.ts';
import {
  InconsistentQuantities,
  InvalidArgument,
  InvalidationBatchAlreadyExists,
  NoSuchInvalidation,
} from './errors.ts';
import { PAGE_SIZE } from './limits.ts';
import type { CloudFrontState } from './state.ts';
import type { InvalidationRecord } from './store.ts';

/** Invalidations: nothing is cached here, so each is complete when it is created. */
export const invalidationOperations: OperationTable<CloudFront, CloudFrontState> = {
  CreateInvalidation: {
    permissions: (input: CreateInvalidationRequest, state) =>
      on(state, 'CreateInvalidation', input.DistributionId),
    run: (input: Checked<CreateInvalidationRequest>, state) => create(state, input),
  },
  GetInvalidation: {
    readOnly: true,
    permissions: (input: GetInvalidationRequest, state) =>
      on(state, 'GetInvalidation', input.DistributionId),
    run({ DistributionId = '', Id = '' }: GetInvalidationRequest, state) {
      findDistribution(state, DistributionId);
      const record = state.store.invalidations.get(keyOf(DistributionId, Id));
      if (record === undefined) throw new NoSuchInvalidation();
      return { Invalidation: describe(record) };
    },
  },
  ListInvalidations: {
    readOnly: true,
    permissions: (input: ListInvalidationsRequest, state) =>
      on(state, 'ListInvalidations', input.DistributionId),
    run: (input: ListInvalidationsRequest, state) => list(state, input),
  },
};

function on(state: CloudFrontState, action: string, id = '') {
  return { action: `cloudfront:${action}`, resource: distributionArn(state, id) };
}

function keyOf(distributionId: string, id: string): string {
  return `${distributionId}|${id}`;
}

function create(state: CloudFrontState, input: Checked<CreateInvalidationRequest>) {
  const { id: distributionId } = findDistribution(state, input.DistributionId);
  const { CallerReference = '', Paths } = input.InvalidationBatch;
  const paths = Paths?.Items ?? [];
  if (Paths?.Quantity !== paths.length) throw new InconsistentQuantities();
  if (paths.length === 0) {
    throw new InvalidArgument('Your request must contain at least one invalidation path.');
  }
  const wrong = paths.find((path) => !/^\/[^*]*\*?$/.test(path));
  if (wrong !== undefined) {
    throw new InvalidArgument(
      `Your request contains one or more invalid invalidation paths: ${wrong}`,
    );
  }
  const former = recordsOf(state, distributionId).find(
    ({ callerReference }) => callerReference === CallerReference,
  );
  if (former !== undefined && !isDeepStrictEqual(former.paths, paths)) {
    throw new InvalidationBatchAlreadyExists();
  }
  const record = former ?? {
    id: `I${state.cloud.random.hex(13).toUpperCase()}`,
    distributionId,
    callerReference: CallerReference,
    paths,
    createdAt: state.cloud.clock.now(),
  };
  state.store.invalidations.put(keyOf(distributionId, record.id), record);
  const Location = `https://cloudfront.amazonaws.com/2020-05-31/distribution/${distributionId}/invalidation/${record.id}`;
  return { Location, Invalidation: describe(record) };
}

function recordsOf(state: CloudFrontState, id: string): readonly InvalidationRecord[] {
  return [...state.store.invalidations.entries({ prefix: `${id}|` })].map(([, record]) => record);
}

function describe(record: InvalidationRecord): Invalidation {
  const { callerReference, createdAt, id, paths } = record;
  return {
    Id: id,
    Status: 'Completed',
    CreateTime: new Date(createdAt),
    InvalidationBatch: {
      Paths: { Quantity: paths.length, Items: [...paths] },
      CallerReference: callerReference,
    },
  };
}

function list(state: CloudFrontState, input: ListInvalidationsRequest) {
  const { id } = findDistribution(state, input.DistributionId);
  const limit = input.MaxItems ?? PAGE_SIZE;
  const request = { limit, token: input.Marker };
  const { items, next } = pageByName(recordsOf(state, id), (record) => record.id, request);
  return {
    InvalidationList: {
      Marker: input.Marker ?? '',
      MaxItems: limit,
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextMarker: next }),
      Quantity: items.length,
      Items: items.map((record) => ({
        Id: record.id,
        CreateTime: new Date(record.createdAt),
        Status: 'Completed',
      })),
    },
  };
}
