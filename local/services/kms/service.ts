import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { type NamedOwner, namedOwner, ownerInArn } from '../../cloud/named-owner.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { aliasOperations } from './aliases.ts';
import { readCiphertext } from './ciphertext.ts';
import { cryptographicOperations } from './cryptography.ts';
import { AccessDeniedException, TagException, ValidationException } from './errors.ts';
import { keyPolicy, policyOperations } from './key-policy.ts';
import { keyOperations } from './keys.ts';
import { rotationOperations } from './rotation.ts';
import { deleteDue, type KmsState } from './state.ts';
import type { AliasRecord, KeyRecord } from './store.ts';
import { tagOperations } from './tags.ts';

/** AWS Key Management Service: symmetric encryption keys. */
export function createKmsService(cloud: Cloud): Service {
  const state: KmsState = {
    cloud,
    keys: cloud.store.table<KeyRecord>('kms.keys', {
      keyId: 'string',
      createdAt: 'number',
      description: 'string',
      policy: 'string',
      tags: 'object',
      isEnabled: 'boolean',
      materials: 'list',
    }),
    aliases: cloud.store.table<AliasRecord>('kms.aliases', {
      name: 'string',
      keyId: 'string',
      createdAt: 'number',
      updatedAt: 'number',
    }),
  };
  return {
    name: 'kms',
    operations: bindOperations(
      state,
      keyOperations,
      policyOperations,
      aliasOperations,
      cryptographicOperations,
      rotationOperations,
      tagOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new TagException(SYSTEM_TAG_REFUSED),
    ownerOf: ownerOfKey,
    resourcePolicy: (arn) => keyPolicy(state, arn),
    start: () => deleteDue(state),
  };
}

/** A ciphertext names its key. */
function ownerOfKey(_operation: string, input: object): NamedOwner | undefined {
  const { CiphertextBlob: blob } = input as { readonly CiphertextBlob?: unknown };
  const arn = blob instanceof Uint8Array ? readCiphertext(blob)?.keyArn : undefined;
  return arn === undefined ? namedOwner('kms', input) : ownerInArn(arn);
}
