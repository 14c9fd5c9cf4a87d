import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  S3,
} from '@aws-sdk/client-s3';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Call, Permission } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { checkWriteConditions } from './conditions.ts';
import { HeaderNotImplemented, InvalidVersionId, MalformedXml, NoSuchVersion } from './errors.ts';
import { DELETE_OBJECTS_LIMIT } from './limits.ts';
import { checkedKey, objectArn } from './operation.ts';
import {
  type Bucket,
  isVersionId,
  type ObjectVersion,
  type S3State,
  sequencerOf,
} from './state.ts';

/** Deleting objects. */
export const deleteOperations: OperationTable<S3, S3State> = {
  DeleteObject: {
    permissions: (input: DeleteObjectCommandInput) => [
      permission(input.Bucket, input.Key, input.VersionId),
    ],
    run: (input: DeleteObjectCommandInput, state, call) => deleteObject(state, input, call),
  },
  DeleteObjects: {
    permissions: (input: DeleteObjectsCommandInput) =>
      (input.Delete?.Objects ?? []).map((item) =>
        permission(input.Bucket, item.Key, item.VersionId),
      ),
    run: (input: DeleteObjectsCommandInput, state, call) => deleteObjects(state, input, call),
  },
};

/** Removes a version, or adds a delete marker. */
function deleteObject(
  state: S3State,
  input: DeleteObjectCommandInput,
  call: Call,
): DeleteObjectCommandOutput {
  const bucket = state.bucket(input);
  refuseDirectoryConditions(input);
  const deleted = deleteOne(state, bucket, toTarget(input), call);
  return {
    ...(deleted.deleteMarker ? { DeleteMarker: true } : {}),
    ...(deleted.versionId === undefined ? {} : { VersionId: deleted.versionId }),
    $metadata: {},
  };
}

/** Conditions that only directory buckets have. */
function refuseDirectoryConditions(input: DeleteObjectCommandInput): void {
  if (input.IfMatchLastModifiedTime !== undefined) {
    throw new HeaderNotImplemented('x-amz-if-match-last-modified-time');
  }
  if (input.IfMatchSize !== undefined) throw new HeaderNotImplemented('x-amz-if-match-size');
}

/** Removes up to 1,000 objects; a failed one does not affect the others. */
function deleteObjects(
  state: S3State,
  input: DeleteObjectsCommandInput,
  call: Call,
): DeleteObjectsCommandOutput {
  const bucket = state.bucket(input);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > DELETE_OBJECTS_LIMIT) throw new MalformedXml();
  const Deleted: NonNullable<DeleteObjectsCommandOutput['Deleted']> = [];
  const Errors: NonNullable<DeleteObjectsCommandOutput['Errors']> = [];
  for (const item of objects) {
    const named = {
      Key: item.Key,
      ...(item.VersionId === undefined ? {} : { VersionId: item.VersionId }),
    };
    try {
      const target = toTarget({ ...item, IfMatch: item.ETag });
      if (isUnknown(state, bucket, target)) throw new NoSuchVersion(target.key, target.versionId);
      const done = deleteOne(state, bucket, target, call);
      Deleted.push({ ...named, ...markerMembers(done) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Errors.push({ ...named, Code: error.code, Message: error.message });
    }
  }
  const isQuiet = input.Delete?.Quiet === true;
  return { ...(isQuiet ? {} : { Deleted }), Errors, $metadata: {} };
}

function markerMembers({ deleteMarker, versionId }: Deletion) {
  return deleteMarker && versionId !== undefined
    ? { DeleteMarker: true, DeleteMarkerVersionId: versionId }
    : {};
}

function permission(
  bucket: string | undefined,
  key: string | undefined,
  versionId: string | undefined,
): Permission {
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  return { action, resource: objectArn(bucket, key) };
}

interface Target {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly ifMatch?: string | undefined;
}

function toTarget(input: {
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IfMatch?: string | undefined;
}): Target {
  return {
    key: checkedKey(input.Key),
    versionId: input.VersionId === '' ? undefined : input.VersionId,
    ifMatch: input.IfMatch,
  };
}

interface Deletion {
  readonly deleteMarker: boolean;
  readonly versionId: string | undefined;
}

/** As on AWS, DeleteObjects answers NoSuchVersion where DeleteObject answers InvalidArgument. */
function isUnknown(
  state: S3State,
  bucket: Bucket,
  target: Target,
): target is Target & { readonly versionId: string } {
  const { key, versionId } = target;
  if (versionId === undefined || isVersionId(versionId)) return false;
  return state.version(bucket.name, key, versionId) === undefined;
}

function deleteOne(state: S3State, bucket: Bucket, target: Target, call: Call): Deletion {
  const current = state.current.get(`${bucket.name}/${target.key}`);
  checkWriteConditions({ IfMatch: target.ifMatch }, target.key, current);
  if (target.versionId !== undefined) {
    return removeVersion(state, bucket, target.key, target.versionId, call);
  }
  if (bucket.versioning !== undefined) return addDeleteMarker(state, bucket, target.key, call);
  if (current !== undefined) {
    state.remove(current);
    state.noteDeletion(bucket.name, target.key);
    publishDeleted(state, bucket, current, 'Permanently Deleted', call);
  }
  return { deleteMarker: false, versionId: undefined };
}

function removeVersion(
  state: S3State,
  bucket: Bucket,
  key: string,
  versionId: string,
  call: Call,
): Deletion {
  const version = state.version(bucket.name, key, versionId);
  if (version === undefined) {
    // Removing a missing version succeeds, like every deletion; an id that S3 never issued is refused.
    if (!isVersionId(versionId)) throw new InvalidVersionId(versionId);
    return { deleteMarker: false, versionId };
  }
  state.remove(version);
  state.noteDeletion(bucket.name, key);
  publishDeleted(state, bucket, version, 'Permanently Deleted', call);
  return { deleteMarker: version.isDeleteMarker, versionId };
}

function addDeleteMarker(state: S3State, bucket: Bucket, key: string, call: Call): Deletion {
  const sequence = state.nextSequence();
  const marker: ObjectVersion = {
    bucket: bucket.name,
    key,
    versionId: state.newVersionId(bucket, sequence),
    sequence,
    isDeleteMarker: true,
    lastModified: state.now(),
    size: 0,
    // The MD5 of no bytes, as in AWS's events.
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    segments: [],
    headers: {},
    metadata: {},
    storageClass: 'STANDARD',
    encryption: { ServerSideEncryption: 'AES256' },
    tags: [],
  };
  state.add(marker);
  state.noteDeletion(bucket.name, key);
  publishDeleted(state, bucket, marker, 'Delete Marker Created', call);
  return { deleteMarker: true, versionId: marker.versionId };
}

function publishDeleted(
  state: S3State,
  bucket: Bucket,
  version: ObjectVersion,
  type: 'Permanently Deleted' | 'Delete Marker Created',
  call: Call,
): void {
  const sequence = type === 'Delete Marker Created' ? version.sequence : state.nextSequence();
  state.publish(bucket, 'Object Deleted', version, {
    call,
    object: {
      ...(type === 'Delete Marker Created' ? { etag: version.etag } : {}),
      sequencer: sequencerOf(sequence),
    },
    reason: 'DeleteObject',
    'deletion-type': type,
  });
}
