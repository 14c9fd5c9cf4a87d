import type {
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import type { Call } from '../../../cloud/service.ts';
import { checkAccessControl } from '../access-control.ts';
import { readAttributes } from '../attributes.ts';
import { checksumTypeOf, parseAlgorithm } from '../checksums.ts';
import { withDataKey } from '../object-keys.ts';
import { checkedKey } from '../operation.ts';
import { encryptionMembers } from '../put-object.ts';
import { type S3State, type Upload } from '../state.ts';
import { checksumDeclaration, uploadKey } from './uploads.ts';

export async function createMultipartUpload(
  state: S3State,
  input: CreateMultipartUploadCommandInput,
  call: Call,
): Promise<CreateMultipartUploadCommandOutput> {
  const bucket = state.bucket(input);
  const key = checkedKey(input.Key);
  checkAccessControl(bucket, input);
  const algorithm = parseAlgorithm(input.ChecksumAlgorithm);
  const checksumType = checksumTypeOf(algorithm, input.ChecksumType);
  const place = { bucket: bucket.name, key };
  const attributes = await withDataKey(state, readAttributes(input, bucket), place, call);
  const sequence = state.nextSequence();
  const upload: Upload = {
    uploadId: newUploadId(state, sequence),
    ...place,
    initiatedAt: state.now(),
    sequence,
    ...attributes,
    ...(algorithm === undefined || checksumType === undefined
      ? {}
      : { checksumAlgorithm: algorithm, checksumType }),
  };
  state.uploads.put(uploadKey(upload), upload);
  return {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.uploadId,
    ...encryptionMembers(upload.encryption),
    ...checksumDeclaration(upload),
    $metadata: {},
  };
}

/** Begins with the time: the uploads of a key are listed in the order in which they began. */
function newUploadId(state: S3State, sequence: number): string {
  const time = sequence.toString(16).padStart(14, '0');
  return `${time}${state.cloud.random.hex(64 - time.length)}`;
}
