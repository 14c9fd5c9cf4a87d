import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { AnswerOf, Routes } from '../../../api/index.ts';
import {
  layOutKeys,
  manifestSchema,
  type ProjectFacts,
  type ProjectParameter,
  quarantineRecordSchema,
} from '../../../events/index.ts';
import type { Api, KnownProject } from '../api-state.ts';
import { versionsOf } from '../dataset-versions.ts';
import { type DatasetSummary, idOfUpload, summarizeUploads, type Upload } from '../datasets.ts';
import { readPageToken, writePageToken } from '../page-token.ts';
import { ProblemError } from '../problem-error.ts';
import { readRows } from '../read-rows.ts';
import type { RouteFunction } from '../route-function.ts';
import { readStored } from '../stored-json.ts';
import { formFor } from '../upload-form.ts';

export const createUpload: RouteFunction<Routes['createUpload']> = async ({ path, body }, call) => {
  const { resources } = await call.api.project(path.project);
  return formFor(call, 'createUpload', resources, resources.incomingPrefix, body);
};

export const listDatasets: RouteFunction<Routes['listDatasets']> = async (
  { path, query },
  { api, noteActivity },
) => {
  const { resources } = await api.project(path.project);
  const token = readPageToken(query.pageToken);
  const page = await api.clients.s3.send(
    new ListObjectVersionsCommand({
      Bucket: resources.bucket,
      Prefix: `${resources.incomingPrefix}${query.name ?? ''}`,
      MaxKeys: query.pageSize,
      KeyMarker: token?.['key'],
      VersionIdMarker: token?.['version'],
    }),
  );
  const datasets = await summarizeUploads(api, resources, uploadsOf(page.Versions));
  if (datasets.some(({ state }) => state === 'training' || state === 'received')) noteActivity();
  return {
    datasets,
    nextPageToken: writePageToken(
      page.IsTruncated === true
        ? { key: page.NextKeyMarker ?? '', version: page.NextVersionIdMarker ?? '' }
        : undefined,
    ),
  };
};

interface Version {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
}

function uploadsOf(versions: readonly Version[] = []): readonly Upload[] {
  return versions.map(({ Key = '', VersionId = 'null', Size = 0, LastModified }) => ({
    key: Key,
    versionId: VersionId,
    sizeBytes: Size,
    at: LastModified,
  }));
}

/** An upload has no index by its id, so the uploads are looked through. */
async function findUpload(api: Api, resources: ProjectParameter, id: string): Promise<Upload> {
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    const page: Awaited<ReturnType<typeof listVersions>> = await listVersions(
      api,
      resources,
      marker,
    );
    const found = uploadsOf(page.Versions).find((upload) => idOfUpload(resources, upload) === id);
    if (found !== undefined) return found;
    const { NextKeyMarker: key, NextVersionIdMarker: version } = page;
    marker =
      page.IsTruncated === true && key !== undefined
        ? { KeyMarker: key, ...(version === undefined ? {} : { VersionIdMarker: version }) }
        : undefined;
  }
  throw new ProblemError('dataset-not-found', `${resources.project} has no upload ${id}.`);
}

function listVersions(
  { clients }: Api,
  { bucket, incomingPrefix }: ProjectParameter,
  marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string },
) {
  return clients.s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: incomingPrefix, ...marker }),
  );
}

interface FoundDataset {
  readonly upload: Upload;
  readonly summary: DatasetSummary;
}

/** An upload; of a run with its own settings the one that it used. */
async function findDataset(
  api: Api,
  { resources }: KnownProject,
  id: string,
): Promise<FoundDataset> {
  const upload = await findUpload(api, resources, await uploadIdOf(api, resources, id));
  const [summary] = await summarizeUploads(api, resources, [upload]);
  if (summary === undefined) throw new Error('An upload without a summary');
  return { upload, summary };
}

/** A run with settings of its own has an id of its own; its manifest names the upload. */
async function uploadIdOf(api: Api, resources: ProjectParameter, id: string): Promise<string> {
  const manifest = await readStored(api, manifestSchema, manifestPlace(resources, id));
  const [source] = manifest?.sources ?? [];
  if (source === undefined || manifest?.sources.length !== 1) return id;
  return idOfUpload(resources, { ...source, at: undefined });
}

function manifestPlace({ bucket, project }: ProjectParameter, id: string) {
  return { bucket, key: `${layOutKeys(project).runs}${id}/manifest.json` };
}

function recordPlace({ bucket, project }: ProjectParameter, id: string) {
  return { bucket, key: `${layOutKeys(project).quarantine}${id}.json` };
}

export const getDataset: RouteFunction<Routes['getDataset']> = async (
  { path },
  { api, noteActivity },
) => {
  const known = await api.project(path.project);
  const { summary } = await findDataset(api, known, path.dataset);
  if (summary.state === 'training' || summary.state === 'received') noteActivity();
  const [manifest, record] = await Promise.all([
    readStored(api, manifestSchema, manifestPlace(known.resources, path.dataset)),
    readStored(api, quarantineRecordSchema, recordPlace(known.resources, path.dataset)),
  ]);
  return {
    ...summary,
    refusal: record && {
      reason: record.reason,
      problems: record.problems,
      recordedAt: record.recordedAt,
    },
    profile: manifest && {
      rows: manifest.rowCount,
      excludedRows: manifest.excludedRows,
      sha256: manifest.sha256,
      columns: manifest.columns,
    },
    models: await versionsOf(api, known, summary.dataset),
  };
};

/** Of an upload, so many bytes are read for its first rows, and for those that inspection refused. */
const PREVIEW_BYTES = { first: 262_144, marked: 8_388_608 } as const;

export const previewDataset: RouteFunction<Routes['previewDataset']> = async (
  { path, query },
  { api },
) => {
  const known = await api.project(path.project);
  const { upload } = await findDataset(api, known, path.dataset);
  const record = await readStored(
    api,
    quarantineRecordSchema,
    recordPlace(known.resources, path.dataset),
  );
  const marks = (record?.problems ?? []).flatMap(({ rule, examples }) =>
    examples.flatMap((example) => readMark(known.facts, rule, example)),
  );
  const bytes = marks.length === 0 ? PREVIEW_BYTES.first : PREVIEW_BYTES.marked;
  const { rows, isCutShort } = readRows(
    await readHead(api, known.resources, upload, bytes),
    known.facts,
    {
      rows: query.rows,
      lines: new Set(marks.map(({ line }) => line)),
      isWhole: upload.sizeBytes <= bytes,
    },
  );
  return { columns: known.facts.columns.map(({ name }) => name), rows, isCutShort, marks };
};

async function readHead(
  { clients }: Api,
  { bucket }: ProjectParameter,
  { key, versionId, sizeBytes }: Upload,
  bytes: number,
) {
  if (sizeBytes === 0) return new Uint8Array();
  const { Body } = await clients.s3.send(
    new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      VersionId: versionId,
      Range: `bytes=0-${bytes - 1}`,
    }),
  );
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

type Mark = AnswerOf<Routes['previewDataset']>['marks'][number];

/** `line 4, column length: "x" is not a number`, as inspection writes places. */
function readMark({ columns }: ProjectFacts, rule: string, example: string): readonly Mark[] {
  const [, line, place] = /^line (\d+)(?:, column (.+))?/.exec(example) ?? [];
  if (line === undefined) return [];
  const column = columns.find(({ name }) => place?.startsWith(`${name}:`))?.name;
  return [{ line: Number(line), rule, text: example, ...(column === undefined ? {} : { column }) }];
}
