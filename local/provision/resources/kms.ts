import {
  call,
  createOrUpdate,
  ignoreMissing,
  type Properties,
  type Provisioned,
  pick,
  type ResourceRequest,
  type ResourceType,
  updateOrCreate,
} from '../resource-type.ts';

const MADE_WITH = ['Description', 'KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'] as const;

const key: ResourceType = {
  properties: [
    ...MADE_WITH,
    'Enabled',
    'EnableKeyRotation',
    'KeyPolicy',
    'PendingWindowInDays',
    'RotationPeriodInDays',
    'Tags',
  ],
  async apply(request) {
    const { previous } = request;
    const create = () => createKey(request);
    if (previous === undefined) return create();
    return updateOrCreate(() => updateKey(request, previous), create, 'NotFoundException');
  },
  /** A key is deleted when its waiting period has passed, as CloudFormation does it. */
  async remove(request) {
    const { physicalId: KeyId, properties = {} } = request.previous ?? {};
    const days = properties['PendingWindowInDays'];
    const PendingWindowInDays = days === undefined ? undefined : Number(days);
    await ignoreMissing(() =>
      call(request, 'kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays }),
    );
  },
};

interface KmsTag {
  readonly TagKey: string;
  readonly TagValue: string;
}

function tagsOf(properties: Properties = {}): readonly KmsTag[] {
  const tags = (properties['Tags'] ?? []) as readonly { Key: string; Value: string }[];
  return tags.map(({ Key: TagKey, Value: TagValue }) => ({ TagKey, TagValue }));
}

/** A template's policy is an object; without one the key has the default policy. */
function policyOf({ KeyPolicy: policy }: Properties): string | undefined {
  if (policy === undefined) return undefined;
  return typeof policy === 'string' ? policy : JSON.stringify(policy);
}

async function createKey(request: ResourceRequest): Promise<Provisioned> {
  const { properties } = request;
  const { KeyMetadata } = await call<{
    readonly KeyMetadata: { readonly KeyId: string; readonly Arn: string };
  }>(request, 'kms', 'CreateKey', {
    ...pick(properties, MADE_WITH),
    Policy: policyOf(properties),
    Tags: tagsOf(properties),
  });
  await applyStates(request, KeyMetadata.KeyId);
  const { KeyId, Arn } = KeyMetadata;
  return { physicalId: KeyId, attributes: { Arn, KeyId } };
}

async function updateKey(request: ResourceRequest, previous: Provisioned): Promise<Provisioned> {
  const { properties } = request;
  const { physicalId: KeyId } = previous;
  const Description = properties['Description'] ?? '';
  await call(request, 'kms', 'EnableKey', { KeyId });
  await call(request, 'kms', 'UpdateKeyDescription', { KeyId, Description });
  const Policy = policyOf(properties);
  if (Policy !== undefined) await call(request, 'kms', 'PutKeyPolicy', { KeyId, Policy });
  const Tags = tagsOf(properties);
  const TagKeys = tagsOf(request.previous?.properties)
    .map(({ TagKey }) => TagKey)
    .filter((former) => Tags.every(({ TagKey }) => TagKey !== former));
  if (TagKeys.length > 0) await call(request, 'kms', 'UntagResource', { KeyId, TagKeys });
  if (Tags.length > 0) await call(request, 'kms', 'TagResource', { KeyId, Tags });
  await applyStates(request, KeyId);
  return { physicalId: KeyId, attributes: previous.attributes };
}

/** Rotation first: a disabled key cannot be given one. */
async function applyStates(request: ResourceRequest, KeyId: string): Promise<void> {
  const { Enabled, EnableKeyRotation, RotationPeriodInDays: days } = request.properties;
  if (isTrue(EnableKeyRotation)) {
    const RotationPeriodInDays = days === undefined ? undefined : Number(days);
    await call(request, 'kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays });
  } else await call(request, 'kms', 'DisableKeyRotation', { KeyId });
  if (Enabled !== undefined && !isTrue(Enabled))
    await call(request, 'kms', 'DisableKey', { KeyId });
}

/** In templates a Boolean may be a text. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

const alias: ResourceType = {
  properties: ['AliasName', 'TargetKeyId'],
  async apply(request) {
    const { AliasName, TargetKeyId } = request.properties;
    const input = { AliasName, TargetKeyId: String(TargetKeyId) };
    await createOrUpdate(
      () => call(request, 'kms', 'CreateAlias', input),
      () => call(request, 'kms', 'UpdateAlias', input),
      'AlreadyExistsException',
    );
    return { physicalId: String(AliasName), attributes: {} };
  },
  async remove(request) {
    const AliasName = request.previous?.physicalId;
    await ignoreMissing(() => call(request, 'kms', 'DeleteAlias', { AliasName }));
  },
};

export const kmsResourceTypes = {
  'AWS::KMS::Alias': alias,
  'AWS::KMS::Key': key,
};
