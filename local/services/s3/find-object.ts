import type { Call } from '../../cloud/service.ts';
import {
  AccessDenied,
  InvalidVersionId,
  KeyIsDeleted,
  MethodNotAllowed,
  NoSuchKey,
  NoSuchVersion,
} from './errors.ts';
import { checkedKey, type ObjectInput } from './operation.ts';
import { isVersionId, type ObjectVersion, type S3State } from './state.ts';

/**
 * The requested version, or the current one.
 *
 * @throws NoSuchKey, KeyIsDeleted, NoSuchVersion, InvalidVersionId, MethodNotAllowed; AccessDenied instead of NoSuchKey to
 * callers without permission to list the bucket, as on AWS: they must not learn which keys exist
 */
export async function findObject(
  state: S3State,
  input: ObjectInput & { readonly VersionId?: string | undefined },
  call: Call,
): Promise<ObjectVersion> {
  const bucket = state.bucket(input);
  const key = checkedKey(input.Key);
  const { VersionId: versionId } = input;
  if (versionId === undefined || versionId === '') {
    const current = state.current.get(`${bucket.name}/${key}`);
    if (current !== undefined) return current;
    await mayLearnOfAbsence(state, bucket.name, call);
    const [newest] = state.versionsOf(bucket.name, key);
    throw newest === undefined ? new NoSuchKey(key) : new KeyIsDeleted(key, newest.versionId);
  }
  const version = state.version(bucket.name, key, versionId);
  if (version === undefined) throw absentVersion(key, versionId);
  if (version.isDeleteMarker) throw new MethodNotAllowed(versionId);
  return version;
}

function absentVersion(key: string, versionId: string): InvalidVersionId | NoSuchVersion {
  return isVersionId(versionId)
    ? new NoSuchVersion(key, versionId)
    : new InvalidVersionId(versionId);
}

async function mayLearnOfAbsence(state: S3State, bucket: string, call: Call): Promise<void> {
  if (call.principal.kind === 'account') return;
  try {
    await state.cloud.call(call.principal, 's3', 'HeadBucket', { Bucket: bucket });
  } catch (error) {
    if (error instanceof AccessDenied) throw new AccessDenied();
    throw error;
  }
}
