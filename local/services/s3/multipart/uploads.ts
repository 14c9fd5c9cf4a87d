import { type ChecksumMembers } from '../checksums.ts';
import { NoSuchUpload } from '../errors.ts';
import { ownerOf } from '../list-objects.ts';
import { checkedKey, type ObjectInput } from '../operation.ts';
import { type S3State, SEPARATOR, type Upload, type UploadedPart } from '../state.ts';

export function initiatorOf(state: S3State): { readonly ID: string; readonly DisplayName: string } {
  return { ...ownerOf(state), DisplayName: 'stepmill' };
}

/** The checksum algorithm of an upload, if any. */
export function checksumDeclaration(upload: Upload) {
  const { checksumAlgorithm: ChecksumAlgorithm, checksumType = 'COMPOSITE' } = upload;
  return ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm, ChecksumType: checksumType };
}

export function findUpload(
  state: S3State,
  input: ObjectInput & { readonly UploadId: string | undefined },
): Upload {
  const bucket = state.bucket(input);
  const uploadId = input.UploadId ?? '';
  const upload = state.uploads.get(
    uploadKey({ bucket: bucket.name, key: checkedKey(input.Key), uploadId }),
  );
  if (upload === undefined) throw new NoSuchUpload(uploadId);
  return upload;
}

/** Stores a part and replaces one with the same number. @throws NoSuchUpload if the upload has ended */
export function addPart(
  state: S3State,
  input: ObjectInput & { readonly UploadId: string | undefined },
  part: UploadedPart,
): UploadedPart {
  let upload: Upload;
  try {
    upload = findUpload(state, input);
  } catch (error) {
    state.contents.remove([part.segment]);
    throw error;
  }
  const key = partKey(upload.uploadId, part.number);
  const former = state.parts.get(key);
  state.parts.put(key, part);
  if (former !== undefined) removeLater(state, [former]);
  return part;
}

/** Ends an upload; the bytes of parts that are in the object are kept. */
export function forget(state: S3State, upload: Upload, kept: ReadonlySet<string>): void {
  const parts = partsOf(state, upload);
  for (const part of parts) state.parts.delete(partKey(upload.uploadId, part.number));
  state.uploads.delete(uploadKey(upload));
  removeLater(
    state,
    parts.filter((part) => !kept.has(part.segment.id)),
  );
}

function removeLater(state: S3State, parts: readonly UploadedPart[]): void {
  const segments = parts.map((part) => part.segment);
  if (segments.length === 0) return;
  void state.cloud.store.eventuallyCommitted().then(() => state.contents.remove(segments));
}

export function partsOf(state: S3State, { uploadId }: Upload): readonly UploadedPart[] {
  return [...state.parts.entries({ prefix: `${uploadId}/` })].map(([, part]) => part);
}

export function partChecksum(upload: Upload, part: UploadedPart): ChecksumMembers {
  return upload.checksumAlgorithm === undefined || part.checksum === undefined
    ? {}
    : { [`Checksum${upload.checksumAlgorithm}`]: part.checksum };
}

export function uploadKey(upload: Pick<Upload, 'bucket' | 'key' | 'uploadId'>): string {
  return `${upload.bucket}/${upload.key}${SEPARATOR}${upload.uploadId}`;
}

export function partKey(uploadId: string, number: number): string {
  return `${uploadId}/${String(number).padStart(5, '0')}`;
}
