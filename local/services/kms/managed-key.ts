import { createHash } from 'node:crypto';
import type { KmsState } from './state.ts';
import type { KeyRecord } from './store.ts';

/** The alias of the key that AWS makes for S3: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk */
export const S3_ALIAS = 'alias/aws/s3';

/** The key that AWS manages for S3, by its alias or id; it is stored when it first encrypts. */
export function managedKey({ cloud, keys }: KmsState, aliasOrId: string): KeyRecord | undefined {
  const keyId = idOf(cloud);
  if (aliasOrId !== S3_ALIAS && aliasOrId !== keyId) return undefined;
  return (
    keys.get(keyId) ?? {
      keyId,
      createdAt: cloud.clock.now(),
      description: 'Default key that protects my S3 objects when no other key is defined',
      policy: policyOf(cloud),
      tags: {},
      isEnabled: true,
      materials: [],
      isOfAws: true,
    }
  );
}

/** The same in each start, also before the key is stored. */
function idOf({ accountId, region }: KmsState['cloud']): string {
  const hex = createHash('sha256').update(`${accountId}/${region}/${S3_ALIAS}`).digest('hex');
  const lengths = [8, 4, 4, 4, 12];
  let start = 0;
  return lengths
    .map((length) => {
      start += length;
      return hex.slice(start - length, start);
    })
    .join('-');
}

/** As AWS gives it, which nobody can change: through S3 only. */
function policyOf({ accountId, region, partition }: KmsState['cloud']): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'auto-s3-2',
    Statement: [
      {
        Sid: 'Allow access through S3 for all principals in the account that are authorized to use S3',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:CallerAccount': accountId,
            'kms:ViaService': `s3.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
        Resource: '*',
      },
    ],
  });
}
