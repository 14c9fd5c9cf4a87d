import type {
  CreateRepositoryRequest,
  CreateRepositoryResponse,
  DeleteRepositoryRequest,
  DeleteRepositoryResponse,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse,
  ECR,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  PutImageScanningConfigurationRequest,
  PutImageScanningConfigurationResponse,
  PutImageTagMutabilityRequest,
  PutImageTagMutabilityResponse,
  Repository,
} from '@aws-sdk/client-ecr';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import {
  InvalidParameterException,
  LimitExceededException,
  RepositoryAlreadyExistsException,
  RepositoryNotEmptyException,
} from './errors.ts';
import { findRepository, pageOf, placeOf } from './find.ts';
import { MAX_EXCLUSION_FILTERS, MAX_REPOSITORIES } from './limits.ts';
import { type EcrState, onRepository } from './state.ts';
import { type RepositoryRecord, registryOf, repositoryArn } from './store.ts';
import { tagRecord } from './tags.ts';

/** Repositories and their settings. */
export const repositoryOperations: OperationTable<ECR, EcrState> = {
  CreateRepository: {
    permissions: (input: CreateRepositoryRequest, state) => [
      onRepository('CreateRepository')(input, state),
      ...(input.tags === undefined ? [] : [onRepository('TagResource')(input, state)]),
    ],
    run: (input: Checked<CreateRepositoryRequest>, state) => createRepository(state, input),
  },
  DescribeRepositories: {
    readOnly: true,
    permissions: ({ repositoryNames }: DescribeRepositoriesRequest, { cloud }) =>
      (repositoryNames ?? ['*']).map((name) => ({
        action: 'ecr:DescribeRepositories',
        resource: repositoryArn(cloud, name),
      })),
    run: (input: DescribeRepositoriesRequest, state) => describeRepositories(state, input),
  },
  DeleteRepository: {
    permissions: onRepository('DeleteRepository'),
    run: (input: DeleteRepositoryRequest, state) => deleteRepository(state, input),
  },
  PutImageTagMutability: {
    permissions: onRepository('PutImageTagMutability'),
    run: (input: Checked<PutImageTagMutabilityRequest>, state) => putMutability(state, input),
  },
  PutImageScanningConfiguration: {
    permissions: onRepository('PutImageScanningConfiguration'),
    run: (input: PutImageScanningConfigurationRequest, state) => putScanning(state, input),
  },
};

function createRepository(
  state: EcrState,
  input: Checked<CreateRepositoryRequest>,
): CreateRepositoryResponse {
  const { cloud, store } = state;
  const { repositoryName: name, registryId = cloud.accountId } = input;
  if (registryId !== cloud.accountId) {
    throw new InvalidParameterException(
      `Invalid parameter at 'registryId' failed to satisfy constraint: 'must be the account ${cloud.accountId}'`,
    );
  }
  if (store.repository(name) !== undefined) {
    throw new RepositoryAlreadyExistsException({ name, registryId });
  }
  if (store.repositoryCount >= MAX_REPOSITORIES) {
    throw new LimitExceededException(
      `The registry has its maximum of ${MAX_REPOSITORIES} repositories.`,
    );
  }
  const mutability = input.imageTagMutability ?? 'MUTABLE';
  const record: RepositoryRecord = {
    name,
    createdAt: cloud.clock.now(),
    mutability,
    exclusions: checkExclusions(mutability, input.imageTagMutabilityExclusionFilters),
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: input.encryptionConfiguration ?? { encryptionType: 'AES256' },
    tags: tagRecord(input.tags),
  };
  store.putRepository(record);
  return { repository: describeRepository(state, record) };
}

/** The settings with exclusions need filters, and the others have none. */
function checkExclusions(
  mutability: ImageTagMutability,
  filters: readonly ImageTagMutabilityExclusionFilter[] = [],
): readonly ImageTagMutabilityExclusionFilter[] {
  const needsFilters = mutability.endsWith('_WITH_EXCLUSION');
  if (needsFilters !== filters.length > 0 || filters.length > MAX_EXCLUSION_FILTERS) {
    throw new InvalidParameterException(
      `Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: '${needsFilters ? `1 to ${MAX_EXCLUSION_FILTERS} filters with ${mutability}` : `no filters with ${mutability}`}'`,
    );
  }
  return filters;
}

function describeRepository({ cloud }: EcrState, record: RepositoryRecord): Repository {
  return {
    repositoryArn: repositoryArn(cloud, record.name),
    registryId: cloud.accountId,
    repositoryName: record.name,
    repositoryUri: `${registryOf(cloud)}/${record.name}`,
    createdAt: new Date(record.createdAt),
    imageTagMutability: record.mutability,
    ...(record.exclusions.length > 0 && {
      imageTagMutabilityExclusionFilters: [...record.exclusions],
    }),
    imageScanningConfiguration: { scanOnPush: record.scanOnPush },
    encryptionConfiguration: record.encryption,
  };
}

function describeRepositories(
  state: EcrState,
  input: DescribeRepositoriesRequest,
): DescribeRepositoriesResponse {
  const { repositoryNames, registryId } = input;
  if (repositoryNames !== undefined) {
    const named = repositoryNames.map((repositoryName) =>
      findRepository(state, { repositoryName, registryId }),
    );
    return { repositories: named.map((record) => describeRepository(state, record)) };
  }
  const { items, nextToken } = pageOf(state.store.repositories(), ({ name }) => name, input);
  return { repositories: items.map((record) => describeRepository(state, record)), nextToken };
}

function deleteRepository(
  state: EcrState,
  input: DeleteRepositoryRequest,
): DeleteRepositoryResponse {
  const record = findRepository(state, input);
  if (input.force !== true && state.store.images(record.name).length > 0) {
    throw new RepositoryNotEmptyException(placeOf(state, record));
  }
  state.store.deleteRepository(record.name);
  return { repository: describeRepository(state, record) };
}

function putMutability(
  state: EcrState,
  input: Checked<PutImageTagMutabilityRequest>,
): PutImageTagMutabilityResponse {
  const record = findRepository(state, input);
  const mutability = input.imageTagMutability;
  const exclusions = checkExclusions(mutability, input.imageTagMutabilityExclusionFilters);
  state.store.putRepository({ ...record, mutability, exclusions });
  return {
    registryId: state.cloud.accountId,
    repositoryName: record.name,
    imageTagMutability: mutability,
    ...(exclusions.length > 0 && { imageTagMutabilityExclusionFilters: [...exclusions] }),
  };
}

function putScanning(
  state: EcrState,
  input: PutImageScanningConfigurationRequest,
): PutImageScanningConfigurationResponse {
  const record = findRepository(state, input);
  const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  state.store.putRepository({ ...record, scanOnPush });
  return {
    registryId: state.cloud.accountId,
    repositoryName: record.name,
    imageScanningConfiguration: { scanOnPush },
  };
}
