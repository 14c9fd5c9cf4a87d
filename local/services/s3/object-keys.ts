import type { Call } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { AccessDenied, KmsError } from './errors.ts';
import { bucketArn, objectArn } from './operation.ts';
import type { Encryption, S3State } from './state.ts';

/** What an object is encrypted with where a request and its bucket name no key. */
const DEFAULT_KEY = 'alias/aws/s3';

interface Place {
  readonly bucket: string;
  readonly key: string;
}

export function isByKms({ ServerSideEncryption: algorithm }: Encryption): boolean {
  return algorithm.startsWith('aws:kms');
}

/**
 * Asks KMS for a data key as the writer, who needs `kms:GenerateDataKey`. The answer names the key by its ARN.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * @throws AccessDenied, KmsError
 */
export async function withDataKey<Given extends { readonly encryption: Encryption }>(
  state: S3State,
  given: Given,
  place: Place,
  call: Call,
): Promise<Given> {
  const { encryption } = given;
  if (!isByKms(encryption)) return given;
  const made = await askKms<DataKey>(state, call, 'GenerateDataKey', {
    KeyId: encryption.SSEKMSKeyId ?? DEFAULT_KEY,
    KeySpec: 'AES_256',
    EncryptionContext: contextOf(encryption, place),
  });
  const dataKey = Buffer.from(made.CiphertextBlob).toString('base64');
  return { ...given, encryption: { ...encryption, SSEKMSKeyId: made.KeyId, dataKey } };
}

interface DataKey {
  readonly KeyId: string;
  readonly CiphertextBlob: Uint8Array;
}

/**
 * Has KMS decrypt the data key as the reader, who needs `kms:Decrypt`. Objects of former versions of this runtime have none.
 *
 * @throws AccessDenied, KmsError
 */
export async function openDataKey(
  state: S3State,
  { encryption, ...place }: Place & { readonly encryption: Encryption },
  call: Call,
): Promise<void> {
  if (encryption.dataKey === undefined) return;
  await askKms(state, call, 'Decrypt', {
    CiphertextBlob: new Uint8Array(Buffer.from(encryption.dataKey, 'base64')),
    EncryptionContext: contextOf(encryption, place),
  });
}

/** With a bucket key the context names the bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html */
function contextOf({ BucketKeyEnabled: isByBucket }: Encryption, { bucket, key }: Place) {
  return { 'aws:s3:arn': isByBucket === true ? bucketArn(bucket) : objectArn(bucket, key) };
}

async function askKms<Output>(
  { cloud }: S3State,
  { principal, requestId }: Call,
  operation: string,
  input: object,
): Promise<Output> {
  try {
    return await cloud.call<Output>(principal, 'kms', operation, input, {
      requestId,
      viaService: 's3',
    });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'client') throw error;
    const { code, message } = error;
    const refused =
      code === 'AccessDeniedException' ? new AccessDenied(message) : new KmsError(code, message);
    throw Object.assign(refused, { cause: error });
  }
}
