import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { DatasetRejected } from '../../api/rules/index.ts';
import type { DatasetContract, ObjectVersion } from '../../events/index.ts';
import { ByteGuard } from './byte-guard.ts';
import type { ObjectStore } from './object-store.ts';
import { type CsvRecord, type ReadOptions, readRecords } from './read-records.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: up to 5 GB in one request. */
export const MAXIMUM_DATASET_BYTES = 5 * 1024 ** 3;

/** The rows of an object, and what is known of its bytes once all rows were read. */
export interface OpenRecords {
  readonly records: AsyncGenerator<CsvRecord[]>;
  readonly digest: () => { readonly sizeBytes: number; readonly sha256: string };
}

/**
 * Opens an object as a stream of rows.
 *
 * @throws DatasetRejected for an object that is gone or too large
 */
export async function openRecords(
  source: ObjectVersion,
  contract: DatasetContract,
  store: Pick<ObjectStore, 'open'>,
  options: ReadOptions = {},
): Promise<OpenRecords> {
  const hash = createHash('sha256');
  const guard = new ByteGuard(contract, hash);
  const { body, sizeBytes } = await store.open(source);
  if (sizeBytes !== undefined && sizeBytes > MAXIMUM_DATASET_BYTES) {
    body.destroy();
    throw new DatasetRejected(
      `The file has ${sizeBytes} bytes, of at most ${MAXIMUM_DATASET_BYTES} (5 GiB): S3 does not copy larger objects, and a run works on a copy. Upload fewer rows, or several files one after another.`,
    );
  }
  // Errors of the source and of the guard are thrown where the records are read.
  pipeline(body, guard, () => undefined);
  return {
    records: readRecords(guard, contract.delimiter, options),
    digest: () => ({ sizeBytes: guard.sizeBytes, sha256: hash.digest('hex') }),
  };
}
