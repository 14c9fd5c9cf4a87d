import type {
  DeleteObjectTaggingCommandInput,
  DeleteObjectTaggingCommandOutput,
  GetObjectTaggingCommandInput,
  GetObjectTaggingCommandOutput,
  PutObjectTaggingCommandInput,
  PutObjectTaggingCommandOutput,
  S3,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { KeyIsDeleted, MethodNotAllowed } from './errors.ts';
import { findObject } from './find-object.ts';
import { readPermissions } from './get-object.ts';
import type { ObjectInput } from './operation.ts';
import { readVersionMember } from './put-object.ts';
import type { ObjectVersion, S3State } from './state.ts';
import { checkedTagSet } from './tags.ts';

/** The tags of objects. */
export const taggingOperations: OperationTable<S3, S3State> = {
  GetObjectTagging: {
    readOnly: true,
    permissions: readPermissions('GetObjectTagging'),
    run: (input: GetObjectTaggingCommandInput, state, call) => getObjectTagging(state, input, call),
  },
  PutObjectTagging: {
    permissions: readPermissions('PutObjectTagging'),
    run: (input: PutObjectTaggingCommandInput, state, call) => putObjectTagging(state, input, call),
  },
  DeleteObjectTagging: {
    permissions: readPermissions('DeleteObjectTagging'),
    run: (input: DeleteObjectTaggingCommandInput, state, call) =>
      deleteObjectTagging(state, input, call),
  },
};

async function getObjectTagging(
  state: S3State,
  input: GetObjectTaggingCommandInput,
  call: Call,
): Promise<GetObjectTaggingCommandOutput> {
  const version = await findTagged(state, input, call, 'GET');
  return { TagSet: [...version.tags], ...readVersionMember(state, version), $metadata: {} };
}

async function putObjectTagging(
  state: S3State,
  input: PutObjectTaggingCommandInput,
  call: Call,
): Promise<PutObjectTaggingCommandOutput> {
  const version = await findTagged(state, input, call, 'PUT');
  const tags = checkedTagSet(input.Tagging?.TagSet ?? [], 'Object');
  const changed = { ...version, tags };
  state.replace(changed);
  publishTags(state, changed, 'Object Tags Added', call);
  return { ...readVersionMember(state, version), $metadata: {} };
}

async function deleteObjectTagging(
  state: S3State,
  input: DeleteObjectTaggingCommandInput,
  call: Call,
): Promise<DeleteObjectTaggingCommandOutput> {
  const version = await findTagged(state, input, call, 'DELETE');
  const changed = { ...version, tags: [] };
  state.replace(changed);
  publishTags(state, changed, 'Object Tags Deleted', call);
  return { ...readVersionMember(state, version), $metadata: {} };
}

/** As on AWS, tag operations answer MethodNotAllowed for a delete marker, also if it is the newest version. */
async function findTagged(
  state: S3State,
  input: ObjectInput & { readonly VersionId?: string | undefined },
  call: Call,
  method: 'GET' | 'PUT' | 'DELETE',
): Promise<ObjectVersion> {
  try {
    return await findObject(state, input, call);
  } catch (error) {
    if (error instanceof KeyIsDeleted) throw new MethodNotAllowed(error.versionId, method);
    if (error instanceof MethodNotAllowed) throw new MethodNotAllowed(error.versionId, method);
    throw error;
  }
}

function publishTags(state: S3State, version: ObjectVersion, type: string, call: Call): void {
  const bucket = state.bucket({ Bucket: version.bucket });
  state.publish(bucket, type, version, { call, object: { etag: version.etag } });
}
