import type {
  AbortMultipartUploadCommandInput,
  AbortMultipartUploadCommandOutput,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  ListMultipartUploadsCommandInput,
  ListPartsCommandInput,
  S3,
  UploadPartCommandInput,
  UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../../cloud/operation.ts';
import { sourcePermissions } from '../copy-object.ts';
import { listPermissions } from '../list-objects.ts';
import { objectArn, onObject } from '../operation.ts';
import { type S3State } from '../state.ts';
import { completeMultipartUpload } from './complete-upload.ts';
import { createMultipartUpload } from './create-upload.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';
import { findUpload, forget } from './uploads.ts';

/** Multipart uploads. */
export const multipartOperations: OperationTable<S3, S3State> = {
  CreateMultipartUpload: {
    permissions: onObject('PutObject'),
    run: (input: CreateMultipartUploadCommandInput, state, call) =>
      createMultipartUpload(state, input, call),
  },
  UploadPart: {
    permissions: onObject('PutObject'),
    run: (input: UploadPartCommandInput, state, call) => uploadPart(state, input, call),
  },
  UploadPartCopy: {
    permissions: (input: UploadPartCopyCommandInput) => [
      ...sourcePermissions(input.CopySource),
      { action: 's3:PutObject', resource: objectArn(input.Bucket, input.Key) },
    ],
    run: (input: UploadPartCopyCommandInput, state, call) => uploadPartCopy(state, input, call),
  },
  CompleteMultipartUpload: {
    permissions: onObject('PutObject'),
    run: (input: CompleteMultipartUploadCommandInput, state, call) =>
      completeMultipartUpload(state, input, call),
  },
  AbortMultipartUpload: {
    permissions: onObject('AbortMultipartUpload'),
    run: (input: AbortMultipartUploadCommandInput, state) => abortMultipartUpload(state, input),
  },
  ListParts: {
    readOnly: true,
    permissions: onObject('ListMultipartUploadParts'),
    run: (input: ListPartsCommandInput, state) => listParts(state, input),
  },
  ListMultipartUploads: {
    readOnly: true,
    permissions: listPermissions('ListBucketMultipartUploads'),
    run: (input: ListMultipartUploadsCommandInput, state) => listMultipartUploads(state, input),
  },
};

function abortMultipartUpload(
  state: S3State,
  input: AbortMultipartUploadCommandInput,
): AbortMultipartUploadCommandOutput {
  forget(state, findUpload(state, input), new Set());
  return { $metadata: {} };
}
