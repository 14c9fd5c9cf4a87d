import { createHash } from 'node:crypto';
import { DatasetRejected, RowInspector } from '../../api/rules/index.ts';
import {
  type DatasetContract,
  datasetFactsSchema,
  type InspectionReply,
  type InspectionRequest,
  type Manifest,
  type ObjectVersion,
  type QuarantineRecord,
} from '../../events/index.ts';
import type { ObjectStore } from './object-store.ts';
import { openRecords } from './open-records.ts';

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

/** Why the dataset was refused, with the values, which only this record contains. */
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
  const sources = await inspectSources(request, { contract, rows, store });
  rows.judge();
  return {
    version: 1,
    project: request.project,
    datasetId: request.datasetId,
    sources,
    sha256: digestOf(sources, request.files !== undefined),
    rowCount: rows.count,
    ...(rows.excluded > 0 ? { excludedRows: rows.excluded } : {}),
    ...datasetFactsSchema.parse(contract),
    columns: rows.summarize() as Manifest['columns'],
  };
}

interface Reading {
  readonly contract: DatasetContract;
  readonly rows: RowInspector;
  readonly store: ObjectStore;
}

type Source = Manifest['sources'][number];

/** Each file of a folder is inspected separately, so that a file that cannot be read does not hide the problems of others. */
async function inspectSources(
  { sources = [], files: place }: InspectionRequest,
  reading: Reading,
): Promise<Source[]> {
  const inspected: Source[] = [];
  if (place === undefined) {
    for (const source of sources) {
      reading.rows.beginFile();
      inspected.push({ ...source, ...(await readRows(source, reading)) });
    }
    return inspected;
  }
  const { files } = await reading.store.readFiles(place);
  for (const { path, ...source } of files) {
    reading.rows.beginFile(path);
    try {
      inspected.push({ ...source, ...(await readRows(source, reading)) });
    } catch (error) {
      if (!(error instanceof DatasetRejected)) throw error;
      reading.rows.refuseFile(error);
    }
  }
  return inspected;
}

/** The digest covers the digests of the files, because rows that move from one file to the next are another dataset. */
function digestOf(sources: readonly Source[], isFolder: boolean): string {
  const digests = sources.map(({ sha256 = '' }) => sha256);
  if (!isFolder) return digests.join();
  return createHash('sha256').update(digests.join('\n')).digest('hex');
}

async function readRows(
  source: ObjectVersion,
  { contract, rows, store }: Reading,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const { records, digest } = await openRecords(source, contract, store);
  for await (const chunk of records) {
    for (const { fields, line } of chunk) rows.inspect(fields, line);
  }
  return digest();
}
