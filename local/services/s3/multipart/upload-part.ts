import type {
  UploadPartCommandInput,
  UploadPartCommandOutput,
  UploadPartCopyCommandInput,
  UploadPartCopyCommandOutput,
} from '@aws-sdk/client-s3';
import type { Call } from '../../../cloud/service.ts';
import { type ChecksumAlgorithm } from '../checksums.ts';
import { findSource, sourceVersionMember } from '../copy-object.ts';
import { InvalidArgument, InvalidRequest } from '../errors.ts';
import { PART_NUMBER_LIMIT } from '../limits.ts';
import { openDataKey } from '../object-keys.ts';
import { claimedAlgorithm, encryptionMembers, type ReceiveInput, receive } from '../put-object.ts';
import { type ObjectVersion, type S3State, type Upload } from '../state.ts';
import { addPart, findUpload, partChecksum } from './uploads.ts';

export async function uploadPart(
  state: S3State,
  input: UploadPartCommandInput,
  call: Call,
): Promise<UploadPartCommandOutput> {
  const upload = findUpload(state, input);
  const number = checkedPartNumber(input.PartNumber);
  refuseOtherAlgorithm(upload, input);
  await openDataKey(state, upload, call);
  const received = await receive(state, upload.key, input, checksumOfParts(upload));
  const part = addPart(state, input, {
    number,
    size: received.written.segment.size,
    etag: received.written.md5,
    checksum: received.written.checksums.get(checksumOfParts(upload)) ?? '',
    lastModified: state.now(),
    segment: received.written.segment,
  });
  const { checksum } = received;
  return {
    ETag: `"${part.etag}"`,
    ...(checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value }),
    ...encryptionMembers(upload.encryption),
    $metadata: {},
  };
}

/** An upload without an algorithm gets the CRC64NVME of the whole object, as on AWS. */
export function checksumOfParts(upload: Upload): ChecksumAlgorithm {
  return upload.checksumAlgorithm ?? 'CRC64NVME';
}

/** Parts must have the upload's algorithm, so that the object's checksum can be computed. */
function refuseOtherAlgorithm(upload: Upload, input: ReceiveInput): void {
  const claimed = claimedAlgorithm(input);
  const expected = upload.checksumAlgorithm;
  if (claimed !== undefined && expected !== undefined && claimed !== expected) {
    throw new InvalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${claimed.toLowerCase()}`,
    );
  }
}

export async function uploadPartCopy(
  state: S3State,
  input: UploadPartCopyCommandInput,
  call: Call,
): Promise<UploadPartCopyCommandOutput> {
  const upload = findUpload(state, input);
  const number = checkedPartNumber(input.PartNumber);
  const { source, from } = await findSource(state, input, call);
  const [start, end] = copiedRange(input.CopySourceRange, source);
  const algorithm = checksumOfParts(upload);
  await openDataKey(from, source, call);
  await openDataKey(state, upload, call);
  const written = await state.contents.write(
    `part ${number} of '${upload.key}'`,
    from.contents.read(source.segments, start, end),
    [algorithm],
  );
  const part = addPart(state, input, {
    number,
    size: written.segment.size,
    etag: written.md5,
    checksum: written.checksums.get(algorithm) ?? '',
    lastModified: state.now(),
    segment: written.segment,
  });
  return {
    CopyPartResult: {
      ETag: `"${part.etag}"`,
      LastModified: new Date(part.lastModified),
      ...partChecksum(upload, part),
    },
    ...sourceVersionMember(from, source),
    ...encryptionMembers(upload.encryption),
    $metadata: {},
  };
}

function copiedRange(range: string | undefined, source: ObjectVersion): readonly [number, number] {
  if (range === undefined) return [0, source.size];
  const match = /^bytes=(\d+)-(\d+)$/.exec(range);
  const start = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (match === null || last < start) {
    throw new InvalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      range,
    );
  }
  if (start >= source.size) {
    throw new InvalidRequest('The specified copy range is invalid for the source object size');
  }
  if (last >= source.size) {
    throw new InvalidArgument(
      `Range specified is not valid for source object of size: ${source.size}`,
      'x-amz-copy-source-range',
      range,
    );
  }
  return [start, last + 1];
}

function checkedPartNumber(number: number | undefined): number {
  if (
    number === undefined ||
    !Number.isInteger(number) ||
    number < 1 ||
    number > PART_NUMBER_LIMIT
  ) {
    throw new InvalidArgument(
      `Part number must be an integer between 1 and ${PART_NUMBER_LIMIT}, inclusive`,
      'partNumber',
      number,
    );
  }
  return number;
}
