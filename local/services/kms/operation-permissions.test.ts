import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createKmsService } from './index.ts';

const ARN = 'arn:aws:kms:us-east-1:000000000000';
const KeyId = '00000000-0000-4000-8000-000000000000';
const KEY = `${ARN}:key/${KeyId}`;

const USES = ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'];
const OF_KEY = [
  ...['CancelKeyDeletion', 'DescribeKey', 'DisableKey', 'DisableKeyRotation', 'EnableKey'],
  ...['EnableKeyRotation', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListKeyPolicies'],
  'ListResourceTags',
  ...['PutKeyPolicy', 'ScheduleKeyDeletion', 'TagResource', 'UntagResource'],
  'UpdateKeyDescription',
];

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = { KeyId, TargetKeyId: KeyId, AliasName: 'alias/mine' };

  expect(permissionsOf(createKmsService, input)).toEqual({
    ...Object.fromEntries(OF_KEY.map((name) => [name, [`kms:${name} ${KEY}`]])),
    ...Object.fromEntries(
      USES.map((name) => [
        name,
        [`kms:${name} ${KEY} {"kms:EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}`],
      ]),
    ),
    CreateAlias: [`kms:CreateAlias ${ARN}:alias/mine`, `kms:CreateAlias ${KEY}`],
    CreateKey: ['kms:CreateKey *'],
    // That of the key which the ciphertext names.
    Decrypt: [],
    DeleteAlias: [`kms:DeleteAlias ${ARN}:alias/mine`],
    ListAliases: ['kms:ListAliases *'],
    ListKeys: ['kms:ListKeys *'],
    UpdateAlias: [`kms:UpdateAlias ${ARN}:alias/mine`, `kms:UpdateAlias ${KEY}`],
  });
});
