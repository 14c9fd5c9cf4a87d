import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { AnswerOf, RequestOf, RouteId, Routes } from '../../api/index.ts';
import type { ProjectParameter } from '../../events/index.ts';
import { audited } from './audit.ts';
import type { Call } from './route-function.ts';

/** How long a form for an upload is good. */
const FORM_SECONDS = 900;

/** The form with which a browser uploads a file of exactly this size below a prefix; the audit knows of it. */
export async function formFor(
  call: Call,
  action: RouteId,
  { project, bucket }: ProjectParameter,
  prefix: string,
  { fileName, sizeBytes, contentType }: RequestOf<Routes['createUpload']>['body'],
): Promise<AnswerOf<Routes['createUpload']>> {
  const key = `${prefix}${fileName}`;
  const expiresAt = new Date(call.api.options.now() + FORM_SECONDS * 1_000);
  const uri = `s3://${bucket}/${key}`;
  const { result } = await audited(call, { project, action, subject: uri }, () =>
    createPresignedPost(call.api.clients.s3, {
      Bucket: bucket,
      Key: key,
      Expires: FORM_SECONDS,
      Fields: { 'Content-Type': contentType },
      Conditions: [
        ['content-length-range', sizeBytes, sizeBytes],
        ['eq', '$Content-Type', contentType],
      ],
    }),
  );
  return { url: result.url, fields: result.fields, uri, expiresAt: expiresAt.toISOString() };
}
