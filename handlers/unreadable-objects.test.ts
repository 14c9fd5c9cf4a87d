import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { S3CaptureStore } from './gather-captures/capture-store.ts';
import { whyUnreadable } from './unreadable-objects.ts';

/** A client whose requests are all answered so. */
function clientOf(statusCode: number, body: string): S3Client {
  return new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({ response: { statusCode, headers: {}, body: Readable.from([body]) } }),
    },
  });
}

const tryToRead = (status: number, body: string) =>
  new S3CaptureStore(clientOf(status, body)).tryToRead('b', 'k');

const errorOf = (code: string, message: string, more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}<RequestId>R</RequestId><HostId>H</HostId></Error>`;

// Each as S3 answers it, from the named place.
const ANSWERS: [what: string, status: number, xml: string, why: string | undefined][] = [
  [
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, and LocalStack's recording of an archived object
    'an archived object',
    403,
    errorOf(
      'InvalidObjectState',
      "The operation is not valid for the object's storage class",
      '<StorageClass>GLACIER</StorageClass>',
    ),
    'InvalidObjectState',
  ],
  // https://github.com/boto/boto3/issues/2952: kms:Decrypt is not granted
  ['a key that may not be used', 403, errorOf('AccessDenied', 'Access Denied'), 'AccessDenied'],
  [
    // https://github.com/ministryofjustice/modernisation-platform/issues/3468
    'a key of another account',
    403,
    errorOf(
      'AccessDenied',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    ),
    'AccessDenied',
  ],
  [
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html names the exception, S3 its prefix
    'a key that is disabled',
    400,
    errorOf('KMS.DisabledException', 'arn:aws:kms:us-east-1:111111111111:key/k is disabled.'),
    'KMS.DisabledException',
  ],
  [
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
    'a key of its uploader',
    400,
    errorOf(
      'InvalidRequest',
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    ),
    'InvalidRequest',
  ],
  [
    'a request that is wrong',
    400,
    errorOf('InvalidRequest', 'Missing required header.'),
    undefined,
  ],
  [
    'a bucket that is gone',
    404,
    errorOf('NoSuchBucket', 'The specified bucket does not exist'),
    undefined,
  ],
];

describe('an object that cannot be read', () => {
  it.each(ANSWERS)('is known by the answer of S3: %s', async (_what, status, xml, why) => {
    const client = clientOf(status, xml);
    const get = client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
    expect(whyUnreadable(await get.catch((error: unknown) => error))).toBe(why);

    const tried = tryToRead(status, xml);
    if (why === undefined) await expect(tried).rejects.toThrow(/required header|bucket/);
    else expect(await tried).toBe(why);
  });

  it('is not an empty one, nor one that can be read; one that is gone is', async () => {
    const empty = errorOf('InvalidRange', 'The requested range is not satisfiable');
    const gone = errorOf('NoSuchKey', 'The specified key does not exist.');
    expect(await tryToRead(416, empty)).toBeUndefined();
    expect(await tryToRead(206, '{')).toBeUndefined();
    expect(await tryToRead(404, gone)).toBe('NoSuchKey');
  });
});
