import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream';
import type {
  DatasetContract,
  InspectionReply,
  InspectionRequest,
  Manifest,
  ObjectVersion,
  QuarantineRecord,
} from '../../events/index.ts';
import { ByteGuard } from './byte-guard.ts';
import { DatasetRejected } from './dataset-rejected.ts';
import type { ObjectStore } from './object-store.ts';
import { readRecords } from './read-records.ts';
import { RowInspector } from './row-inspector.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: up to 5 GB in one request. */
export const MAXIMUM_DATASET_BYTES = 5 * 1024 ** 3;

/**
 * Reads the dataset once as a stream, in constant memory, and judges it by the project's contract.
 * A good one gets its manifest; a bad one a reason with the first few places and a count.
 */
export async function inspectDataset(
  request: InspectionRequest,
  store: ObjectStore,
): Promise<InspectionReply> {
  try {
    const manifest = await buildManifest(request, store);
    await store.writeJson(request.manifest, manifest);
    return {
      accepted: true,
      rowCount: manifest.rowCount,
      sha256: manifest.sha256,
      sizeBytes: manifest.sources.reduce((sum, source) => sum + source.sizeBytes, 0),
    };
  } catch (error) {
    if (!(error instanceof DatasetRejected)) throw error;
    await store.writeJson(request.record, renderRecord(request, error));
    return { accepted: false, reason: error.message, problems: [...error.problems] };
  }
}

/** Why the dataset was refused, with the values: they are in no other place. */
function renderRecord(
  { project, dataset, execution, requestedAt }: InspectionRequest,
  { message, quoted }: DatasetRejected,
): QuarantineRecord {
  return {
    project,
    dataset,
    reason: message,
    problems: [...quoted],
    execution,
    recordedAt: requestedAt,
  };
}

async function buildManifest(request: InspectionRequest, store: ObjectStore): Promise<Manifest> {
  const { contract } = request;
  const rows = new RowInspector(contract);
  const hash = createHash('sha256');
  const sources = [];
  for (const source of request.sources) {
    sources.push({ ...source, sizeBytes: await readRows(source, { contract, hash, rows, store }) });
  }
  rows.judge();
  return {
    version: 1,
    project: request.project,
    datasetId: request.datasetId,
    sources,
    sha256: hash.digest('hex'),
    rowCount: rows.count,
    header: contract.header,
    delimiter: contract.delimiter,
    label: contract.label,
    columns: rows.summarize() as Manifest['columns'],
  };
}

interface Reading {
  readonly contract: DatasetContract;
  readonly hash: Hash;
  readonly rows: RowInspector;
  readonly store: ObjectStore;
}

/** Returns how many bytes were read. */
async function readRows(source: ObjectVersion, reading: Reading): Promise<number> {
  const { contract, hash, rows, store } = reading;
  const guard = new ByteGuard(contract, hash);
  rows.beginFile();
  // Errors of the source and of the guard come out where the records are read.
  const { body, sizeBytes } = await store.open(source);
  if (sizeBytes !== undefined && sizeBytes > MAXIMUM_DATASET_BYTES) {
    body.destroy();
    throw new DatasetRejected(
      `The file has ${sizeBytes} bytes, of at most ${MAXIMUM_DATASET_BYTES} (5 GiB): S3 copies no larger object, and a run works on a copy. Upload fewer rows, or several files one after another.`,
    );
  }
  pipeline(body, guard, () => undefined);
  for await (const records of readRecords(guard, contract.delimiter)) {
    for (const { fields, line } of records) rows.inspect(fields, line);
  }
  return guard.sizeBytes;
}
