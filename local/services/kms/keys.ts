import type {
  CancelKeyDeletionRequest,
  CreateKeyRequest,
  DescribeKeyRequest,
  DisableKeyRequest,
  EnableKeyRequest,
  KeyMetadata,
  KMS,
  ListKeysRequest,
  ListKeysResponse,
  ScheduleKeyDeletionRequest,
  UpdateKeyDescriptionRequest,
} from '@aws-sdk/client-kms';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import {
  KMSInvalidStateException,
  LimitExceededException,
  UnsupportedKeyException,
  ValidationException,
} from './errors.ts';
import { checkNotPending, findKey, findKeyById, keyArn, onKey } from './find-key.ts';
import { checkedPolicy, defaultPolicy } from './key-policy.ts';
import {
  DEFAULT_PENDING_DAYS,
  KEYS_PAGE_SIZE,
  LONGEST_PENDING_DAYS,
  MAX_KEYS,
  SHORTEST_PENDING_DAYS,
} from './limits.ts';
import { DAY_MS, newMaterial } from './materials.ts';
import { pageOf } from './pages.ts';
import { changeKey, deleteDue, type KmsState } from './state.ts';
import type { KeyRecord } from './store.ts';
import { taggedWith } from './tags.ts';

/** Making keys, and their states. */
export const keyOperations: OperationTable<KMS, KmsState> = {
  CreateKey: {
    permissions: (input: CreateKeyRequest) => [
      { action: 'kms:CreateKey', resource: '*' },
      ...((input.Tags ?? []).length > 0 ? [{ action: 'kms:TagResource', resource: '*' }] : []),
    ],
    run: (input: CreateKeyRequest, state) => ({ KeyMetadata: createKey(state, input) }),
  },
  DescribeKey: {
    readOnly: true,
    permissions: (input: DescribeKeyRequest, state) => onKey('DescribeKey', input, state),
    run: (input: DescribeKeyRequest, state) => ({
      KeyMetadata: describeKey(state, findKey(state, input.KeyId)),
    }),
  },
  ListKeys: {
    readOnly: true,
    permissions: () => ({ action: 'kms:ListKeys', resource: '*' }),
    run: (input: ListKeysRequest, state) => listKeys(state, input),
  },
  UpdateKeyDescription: {
    permissions: (input: UpdateKeyDescriptionRequest, state) =>
      onKey('UpdateKeyDescription', input, state),
    run(input: Checked<UpdateKeyDescriptionRequest>, state): object {
      const record = findKeyById(state, input.KeyId);
      checkNotPending(state, record);
      changeKey(state, record, { description: input.Description });
      return {};
    },
  },
  EnableKey: {
    permissions: (input: EnableKeyRequest, state) => onKey('EnableKey', input, state),
    run: (input: EnableKeyRequest, state) => setEnabled(state, input, true),
  },
  DisableKey: {
    permissions: (input: DisableKeyRequest, state) => onKey('DisableKey', input, state),
    run: (input: DisableKeyRequest, state) => setEnabled(state, input, false),
  },
  ScheduleKeyDeletion: {
    permissions: (input: ScheduleKeyDeletionRequest, state) =>
      onKey('ScheduleKeyDeletion', input, state),
    run: (input: ScheduleKeyDeletionRequest, state) => scheduleDeletion(state, input),
  },
  CancelKeyDeletion: {
    permissions: (input: CancelKeyDeletionRequest, state) =>
      onKey('CancelKeyDeletion', input, state),
    run(input: CancelKeyDeletionRequest, state) {
      const { deletionAt, pendingDays: _, ...record } = findKeyById(state, input.KeyId);
      const KeyId = keyArn(state.cloud, record.keyId);
      if (deletionAt === undefined) {
        throw new KMSInvalidStateException(KeyId, 'is not pending deletion');
      }
      // The key stays disabled, as AWS documents.
      state.keys.put(record.keyId, record);
      return { KeyId };
    },
  },
};

function createKey(state: KmsState, input: CreateKeyRequest): KeyMetadata {
  checkSupported(input);
  deleteDue(state);
  if ([...state.keys.entries()].length >= MAX_KEYS) {
    throw new LimitExceededException(
      `An account has at most ${MAX_KEYS} keys. Nothing was created.`,
    );
  }
  const { cloud } = state;
  const record: KeyRecord = {
    keyId: cloud.random.uuid(),
    createdAt: cloud.clock.now(),
    description: input.Description ?? '',
    policy: input.Policy === undefined ? defaultPolicy(cloud) : checkedPolicy(input.Policy),
    tags: taggedWith(input.Tags),
    isEnabled: true,
    materials: [newMaterial(state)],
  };
  state.keys.put(record.keyId, record);
  return describeKey(state, record);
}

/** @throws UnsupportedKeyException */
function checkSupported(input: CreateKeyRequest): void {
  const { KeySpec, CustomerMasterKeySpec, KeyUsage, Origin } = input;
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (spec !== 'SYMMETRIC_DEFAULT') throw new UnsupportedKeyException(`keys of ${spec}`);
  if (KeyUsage !== undefined && KeyUsage !== 'ENCRYPT_DECRYPT') {
    throw new UnsupportedKeyException(`keys for ${KeyUsage}`);
  }
  if (Origin !== undefined && Origin !== 'AWS_KMS') {
    throw new UnsupportedKeyException(`material of ${Origin}`);
  }
  if (input.MultiRegion === true) throw new UnsupportedKeyException('keys of several regions');
}

/** The metadata of a key: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html */
function describeKey({ cloud }: KmsState, record: KeyRecord): KeyMetadata {
  const { keyId, isEnabled, deletionAt } = record;
  return {
    AWSAccountId: cloud.accountId,
    KeyId: keyId,
    Arn: keyArn(cloud, keyId),
    CreationDate: new Date(record.createdAt),
    Enabled: isEnabled && deletionAt === undefined,
    Description: record.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: deletionAt === undefined ? (isEnabled ? 'Enabled' : 'Disabled') : 'PendingDeletion',
    ...(deletionAt === undefined ? {} : { DeletionDate: new Date(deletionAt) }),
    Origin: 'AWS_KMS',
    KeyManager: record.isOfAws === true ? 'AWS' : 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}

function listKeys(state: KmsState, input: ListKeysRequest): ListKeysResponse {
  const now = state.cloud.clock.now();
  const records = [...state.keys.entries()]
    .map(([, record]) => record)
    .filter(({ deletionAt }) => deletionAt === undefined || deletionAt > now);
  const { items, more } = pageOf(records, ({ keyId }) => keyId, input, KEYS_PAGE_SIZE);
  const Keys = items.map(({ keyId: KeyId }) => ({ KeyId, KeyArn: keyArn(state.cloud, KeyId) }));
  return { Keys, ...more };
}

function setEnabled(state: KmsState, { KeyId }: EnableKeyRequest, isEnabled: boolean): object {
  const record = findKeyById(state, KeyId);
  checkNotPending(state, record);
  changeKey(state, record, { isEnabled });
  return {};
}

/** The model allows 1 to 365. @throws ValidationException */
function checkedPending(days: number = DEFAULT_PENDING_DAYS): number {
  if (days >= SHORTEST_PENDING_DAYS && days <= LONGEST_PENDING_DAYS) return days;
  throw new ValidationException(
    `PendingWindowInDays must be between ${SHORTEST_PENDING_DAYS} and ${LONGEST_PENDING_DAYS}, and is ${days}. The key stays as it is.`,
  );
}

function scheduleDeletion(state: KmsState, input: ScheduleKeyDeletionRequest) {
  const record = findKeyById(state, input.KeyId);
  const pendingDays = checkedPending(input.PendingWindowInDays);
  checkNotPending(state, record);
  deleteDue(state);
  const deletionAt = state.cloud.clock.now() + pendingDays * DAY_MS;
  changeKey(state, record, { isEnabled: false, deletionAt, pendingDays });
  return {
    KeyId: keyArn(state.cloud, record.keyId),
    DeletionDate: new Date(deletionAt),
    KeyState: 'PendingDeletion',
    PendingWindowInDays: pendingDays,
  };
}
