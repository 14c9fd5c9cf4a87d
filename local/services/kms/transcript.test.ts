import { expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createKmsService } from './index.ts';

const DAY_SECONDS = 86_400;
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const missing = '00000000-0000-4000-8000-000000000000';
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement });

type Answered = (path: string) => unknown;
const keyId = (answered: Answered) => answered('key.KeyMetadata.KeyId');
const on = (operation: string, more: object = {}): Step => [
  operation,
  (answered) => ({ KeyId: keyId(answered), ...more }),
];
const alias = (AliasName: string, target?: string): Step => [
  'CreateAlias',
  (answered) => ({ AliasName, TargetKeyId: target ?? keyId(answered) }),
];

const steps: readonly Step[] = [
  ['ListKeys'],
  ['ListAliases'],
  ['CreateKey', { KeySpec: 'RSA_2048' }],
  ['CreateKey', { KeyUsage: 'SIGN_VERIFY' }],
  ['CreateKey', { Origin: 'EXTERNAL' }],
  ['CreateKey', { MultiRegion: true }],
  ['CreateKey', { Policy: '{' }],
  ['CreateKey', { Policy: policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' }) }],
  ['CreateKey', { Policy: ' '.repeat(32_769) }],
  ['CreateKey', { Tags: [{ TagKey: 'aws:x', TagValue: '' }] }],
  ['CreateKey', { Description: 'd', Tags: [{ TagKey: 'team', TagValue: 'ml' }] }, 'key'],
  ['CreateKey', {}, 'other'],
  on('DescribeKey'),
  ['DescribeKey', { KeyId: 'nonsense' }],
  ['DescribeKey', { KeyId: missing }],
  ['DescribeKey', { KeyId: 'alias/none' }],
  ['DescribeKey', (answered) => ({ KeyId: answered('key.KeyMetadata.Arn') })],
  ['ListKeys', { Limit: 1 }, 'page'],
  ['ListKeys', (answered) => ({ Limit: 1, Marker: answered('page.NextMarker') })],
  ['ListKeys', { Marker: '!' }],
  on('UpdateKeyDescription', { Description: 'changed' }),
  on('GetKeyPolicy'),
  on('GetKeyPolicy', { PolicyName: 'other' }),
  on('ListKeyPolicies'),
  on('PutKeyPolicy', { Policy: 'x' }),
  on('TagResource', { Tags: [{ TagKey: 'b', TagValue: 'x' }] }),
  on('ListResourceTags', { Limit: 1 }),
  on('UntagResource', { TagKeys: ['team'] }),
  on('ListResourceTags'),
  alias('mine'),
  alias('alias/a:b'),
  alias('alias/aws/mine'),
  alias('alias/mine', 'alias/none'),
  alias('alias/mine', missing),
  alias('alias/mine'),
  alias('alias/mine'),
  ['ListAliases'],
  on('ListAliases'),
  ['DescribeKey', { KeyId: 'alias/mine' }],
  [
    'UpdateAlias',
    (answered) => ({ AliasName: 'alias/mine', TargetKeyId: answered('other.KeyMetadata.KeyId') }),
  ],
  on('ListAliases'),
  ['DisableKey', { KeyId: 'alias/mine' }],
  ['UpdateAlias', (answered) => ({ AliasName: 'alias/none', TargetKeyId: keyId(answered) })],
  ['DeleteAlias', { AliasName: 'alias/mine' }],
  ['DeleteAlias', { AliasName: 'alias/mine' }],
  on('Encrypt', { Plaintext: bytes('secret'), EncryptionContext: { a: '1', b: '2' } }),
  on('Encrypt', { Plaintext: bytes('secret'), EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }),
  on('Encrypt', { Plaintext: new Uint8Array(4_097) }),
  on('GenerateDataKey', {}),
  on('GenerateDataKey', { KeySpec: 'AES_256', NumberOfBytes: 32 }),
  on('GenerateDataKeyWithoutPlaintext', { NumberOfBytes: 16 }),
  ['Decrypt', { CiphertextBlob: bytes('nothing of ours') }],
  on('GetKeyRotationStatus'),
  on('EnableKeyRotation', { RotationPeriodInDays: 89 }),
  on('EnableKeyRotation'),
  on('GetKeyRotationStatus'),
  on('DisableKeyRotation'),
  on('GetKeyRotationStatus'),
  on('DisableKey'),
  on('DescribeKey'),
  on('Encrypt', { Plaintext: bytes('x') }),
  on('EnableKeyRotation'),
  on('EnableKey'),
  on('CancelKeyDeletion'),
  on('ScheduleKeyDeletion', { PendingWindowInDays: 6 }),
  alias('alias/mine'),
  on('ScheduleKeyDeletion', { PendingWindowInDays: 7 }),
  on('ScheduleKeyDeletion'),
  on('EnableKey'),
  on('Encrypt', { Plaintext: bytes('x') }),
  on('GetKeyRotationStatus'),
  on('CancelKeyDeletion'),
  on('DescribeKey'),
  on('ScheduleKeyDeletion'),
  { advanceSeconds: 30 * DAY_SECONDS },
  on('DescribeKey'),
  ['ListKeys'],
  ['DescribeKey', { KeyId: 'alias/aws/s3' }],
  ['Encrypt', { KeyId: 'alias/aws/s3', Plaintext: bytes('x') }],
];

it('KMS answers as in the transcript', async () => {
  const transcript = await transcriptOf('kms', [createKmsService], steps);

  await expect(transcript).toMatchFileSnapshot('transcripts/kms.txt');
});
