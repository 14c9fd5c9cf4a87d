import type {
  DeleteObjectTaggingCommandInput,
  DeleteObjectTaggingCommandOutput,
  GetObjectTaggingCommandInput,
  GetObjectTaggingCommandOutput,
  PutObjectTaggingCommandInput,
  PutObjectTaggingCommandOutput,
} from '@aws-sdk/client-s3';
import type { Call } from '../../service.ts';
import { checkedTags } from './attributes.ts';
import { findObject } from './find-object.ts';
import { readPermissions } from './get-object.ts';
import { OBJECT_TAGS_LIMIT } from './limits.ts';
import type { S3Operation } from './operation.ts';
import { versionMember } from './put-object.ts';
import type { ObjectVersion, S3State } from './state.ts';

export const getObjectTagging: S3Operation<
  GetObjectTaggingCommandInput,
  GetObjectTaggingCommandOutput
> = {
  permissions: readPermissions('GetObjectTagging'),
  async run(state, input, call) {
    const version = await findObject(state, input, call);
    return { TagSet: [...version.tags], ...versionMember(version), $metadata: {} };
  },
};

export const putObjectTagging: S3Operation<
  PutObjectTaggingCommandInput,
  PutObjectTaggingCommandOutput
> = {
  permissions: readPermissions('PutObjectTagging'),
  async run(state, input, call) {
    const version = await findObject(state, input, call);
    const tags = checkedTags(input.Tagging?.TagSet ?? [], OBJECT_TAGS_LIMIT);
    const changed = { ...version, tags };
    state.replace(changed);
    publishTags(state, changed, 'Object Tags Added', call);
    return { ...versionMember(version), $metadata: {} };
  },
};

export const deleteObjectTagging: S3Operation<
  DeleteObjectTaggingCommandInput,
  DeleteObjectTaggingCommandOutput
> = {
  permissions: readPermissions('DeleteObjectTagging'),
  async run(state, input, call) {
    const version = await findObject(state, input, call);
    const changed = { ...version, tags: [] };
    state.replace(changed);
    publishTags(state, changed, 'Object Tags Deleted', call);
    return { ...versionMember(version), $metadata: {} };
  },
};

function publishTags(state: S3State, version: ObjectVersion, type: string, call: Call): void {
  const bucket = state.bucket({ Bucket: version.bucket });
  state.publish(bucket, type, version, { call, object: { etag: version.etag } });
}
