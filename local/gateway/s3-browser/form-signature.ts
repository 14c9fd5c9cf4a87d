import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Credentials } from '../../cloud/request-credentials.ts';
import { AnonymousUpload, MissingField, SignatureDoesNotMatch } from './form-errors.ts';

type Fields = ReadonlyMap<string, string>;

/** The fields of a signature, as S3 names them in its errors. */
const V4_FIELDS = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'];
const V2_FIELDS = ['Signature', 'AWSAccessKeyId'];

/**
 * The credentials that a form is signed with. The signature is verified where the secret is known: for sessions of
 * this STS.
 *
 * @throws AnonymousUpload, MissingField, SignatureDoesNotMatch
 */
export function readFormCredentials(fields: Fields, cloud: Cloud): Credentials {
  const has = (name: string) => fields.has(name.toLowerCase());
  const names = V4_FIELDS.some(has) || !V2_FIELDS.some(has) ? V4_FIELDS : V2_FIELDS;
  if (!names.some(has) && !fields.has('policy')) throw new AnonymousUpload();
  const missing = [...names, 'policy'].find((name) => !has(name));
  if (missing !== undefined) throw new MissingField(missing);
  const scope = (fields.get('x-amz-credential') ?? '').split('/');
  const accessKeyId = fields.get('awsaccesskeyid') ?? scope[0] ?? '';
  const secret = cloud.service('sts')?.sessionSecret?.(accessKeyId);
  if (secret !== undefined) {
    if (names === V4_FIELDS) verifyV4(fields, scope, secret);
    else verifyV2(fields, secret);
  }
  return { service: 's3', accessKeyId, sessionToken: fields.get('x-amz-security-token') };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html */
function verifyV4(fields: Fields, [accessKeyId, ...scope]: readonly string[], secret: string) {
  const key = scope.reduce<string | Buffer>(
    (signing, part) => createHmac('sha256', signing).update(part).digest(),
    `AWS4${secret}`,
  );
  const policy = fields.get('policy') ?? '';
  const computed = createHmac('sha256', key).update(policy).digest('hex');
  compare(computed, fields.get('x-amz-signature') ?? '', { accessKeyId, policy });
}

function verifyV2(fields: Fields, secret: string): void {
  const policy = fields.get('policy') ?? '';
  const computed = createHmac('sha1', secret).update(policy).digest('base64');
  const accessKeyId = fields.get('awsaccesskeyid');
  compare(computed, fields.get('signature') ?? '', { accessKeyId, policy });
}

interface Signed {
  readonly accessKeyId: string | undefined;
  readonly policy: string;
}

function compare(computed: string, given: string, { accessKeyId, policy }: Signed): void {
  const [left, right] = [Buffer.from(computed), Buffer.from(given)];
  if (left.byteLength === right.byteLength && timingSafeEqual(left, right)) return;
  throw new SignatureDoesNotMatch({
    AWSAccessKeyId: accessKeyId,
    StringToSign: policy,
    SignatureProvided: given,
  });
}
