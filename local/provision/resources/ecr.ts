import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const MAX_NAME_LENGTH = 256;

const repository: ResourceType = {
  properties: [
    'EmptyOnDelete',
    'EncryptionConfiguration',
    'ImageScanningConfiguration',
    'ImageTagMutability',
    'ImageTagMutabilityExclusionFilters',
    'LifecyclePolicy',
    'RepositoryName',
    'RepositoryPolicyText',
    'Tags',
  ],
  withoutEffect: ({ LifecyclePolicy }) =>
    LifecyclePolicy === undefined ? undefined : 'its lifecycle policy expires no image',
  async apply(request) {
    const { cloud, properties } = request;
    const repositoryName = nameOf(request, 'RepositoryName', MAX_NAME_LENGTH).toLowerCase();
    await createOrUpdate(
      () => call(request, 'ecr', 'CreateRepository', { repositoryName, ...settingsOf(properties) }),
      () => updateRepository(request, repositoryName),
      'RepositoryAlreadyExistsException',
    );
    await applyPolicies(request, repositoryName);
    const Arn = cloud.arn('ecr', `repository/${repositoryName}`);
    const registry = `${cloud.accountId}.dkr.ecr.${cloud.region}.amazonaws.com`;
    const RepositoryUri = `${registry}/${repositoryName}`;
    return { physicalId: repositoryName, attributes: { Arn, RepositoryUri } };
  },
  async remove(request) {
    const { physicalId: repositoryName, properties = {} } = request.previous ?? {};
    const force = String(properties['EmptyOnDelete']) === 'true';
    await ignoreMissing(() => call(request, 'ecr', 'DeleteRepository', { repositoryName, force }));
  },
};

function settingsOf(properties: Properties): object {
  const encryption = properties['EncryptionConfiguration'] as Properties | undefined;
  return {
    ...mutabilityOf(properties),
    ...scanningOf(properties),
    ...(encryption !== undefined && {
      encryptionConfiguration: {
        encryptionType: encryption['EncryptionType'],
        ...(encryption['KmsKey'] !== undefined && { kmsKey: encryption['KmsKey'] }),
      },
    }),
    ...(properties['Tags'] !== undefined && { tags: properties['Tags'] }),
  };
}

function mutabilityOf(properties: Properties): { readonly imageTagMutability?: unknown } {
  const filters = properties['ImageTagMutabilityExclusionFilters'] as
    | readonly Properties[]
    | undefined;
  const mutability = properties['ImageTagMutability'];
  return {
    ...(mutability !== undefined && { imageTagMutability: mutability }),
    ...(filters !== undefined && {
      imageTagMutabilityExclusionFilters: filters.map((filter) => ({
        filterType: filter['ImageTagMutabilityExclusionFilterType'],
        filter: filter['ImageTagMutabilityExclusionFilterValue'],
      })),
    }),
  };
}

function scanningOf(properties: Properties): object {
  const scanning = properties['ImageScanningConfiguration'] as Properties | undefined;
  if (scanning === undefined) return {};
  const scanOnPush = String(scanning['ScanOnPush']) === 'true';
  return { imageScanningConfiguration: { scanOnPush } };
}

/** The encryption of a repository never changes, and its tags are set one by one. */
async function updateRepository(request: ResourceRequest, repositoryName: string): Promise<void> {
  const { cloud, previous, properties } = request;
  const mutability = { imageTagMutability: 'MUTABLE', ...mutabilityOf(properties) };
  await call(request, 'ecr', 'PutImageTagMutability', { repositoryName, ...mutability });
  const scanning = { imageScanningConfiguration: { scanOnPush: false }, ...scanningOf(properties) };
  await call(request, 'ecr', 'PutImageScanningConfiguration', { repositoryName, ...scanning });
  const resourceArn = cloud.arn('ecr', `repository/${repositoryName}`);
  const tags = (properties['Tags'] ?? []) as readonly { readonly Key: string }[];
  const former = (previous?.properties?.['Tags'] ?? []) as readonly { readonly Key: string }[];
  const tagKeys = former
    .map(({ Key }) => Key)
    .filter((key) => !tags.some(({ Key }) => Key === key));
  if (tagKeys.length > 0) await call(request, 'ecr', 'UntagResource', { resourceArn, tagKeys });
  if (tags.length > 0) await call(request, 'ecr', 'TagResource', { resourceArn, tags });
}

async function applyPolicies(request: ResourceRequest, repositoryName: string): Promise<void> {
  const { properties } = request;
  const lifecycle = properties['LifecyclePolicy'] as Properties | undefined;
  const lifecyclePolicyText = lifecycle?.['LifecyclePolicyText'];
  await (lifecyclePolicyText === undefined
    ? ignoreMissing(() => call(request, 'ecr', 'DeleteLifecyclePolicy', { repositoryName }))
    : call(request, 'ecr', 'PutLifecyclePolicy', { repositoryName, lifecyclePolicyText }));
  const policy = properties['RepositoryPolicyText'];
  const policyText = typeof policy === 'string' ? policy : JSON.stringify(policy);
  await (policy === undefined
    ? ignoreMissing(() => call(request, 'ecr', 'DeleteRepositoryPolicy', { repositoryName }))
    : call(request, 'ecr', 'SetRepositoryPolicy', { repositoryName, policyText }));
}

export const ecrResourceTypes = { 'AWS::ECR::Repository': repository };
