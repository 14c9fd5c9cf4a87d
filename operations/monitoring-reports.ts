import { GetObjectCommand, ListObjectsV2Command, NoSuchKey } from '@aws-sdk/client-s3';
import {
  type DriftReport,
  type DriftSummary,
  driftReportSchema,
  driftSummarySchema,
  type ProjectParameter,
} from '../events/index.ts';
import type { Clients } from './clients.ts';

/** A window that was judged. */
export interface JudgedWindow {
  /** The key of its folder, with a slash at the end. */
  readonly folder: string;
  readonly summary: DriftSummary;
}

type Watched = Pick<ProjectParameter, 'bucket'> & Required<Pick<ProjectParameter, 'monitoring'>>;

/**
 * The windows that were judged last, the newest first.
 *
 * @param count at most so many
 */
export async function listMonitoringReports(
  clients: Clients,
  project: Watched,
  count: number,
): Promise<readonly JudgedWindow[]> {
  const folders = await listFolders(clients, project);
  const found: JudgedWindow[] = [];
  for (const folder of folders) {
    if (found.length === count) break;
    const text = await readText(clients, project.bucket, `${folder}summary.json`);
    // A window that is being judged, or could not be, has none.
    if (text === undefined) continue;
    found.push({ folder, summary: driftSummarySchema.parse(JSON.parse(text)) });
  }
  return found;
}

/** The report of a window; undefined where there was no traffic. */
export async function readDriftReport(
  clients: Clients,
  { bucket }: Pick<ProjectParameter, 'bucket'>,
  folder: string,
): Promise<DriftReport | undefined> {
  const text = await readText(clients, bucket, `${folder}stepmill-drift.json`);
  return text === undefined ? undefined : driftReportSchema.parse(JSON.parse(text));
}

/** Folders are named for the end of their window. */
async function listFolders(
  { s3 }: Clients,
  { bucket, monitoring }: Watched,
): Promise<readonly string[]> {
  const Prefix = monitoring?.reportsPrefix ?? '';
  const folders: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix, Delimiter: '/', ContinuationToken }),
    );
    folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix: folder = '' }) => folder));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return folders
    .filter((folder) => /^\d/.test(folder.slice(Prefix.length)))
    .sort()
    .reverse();
}

async function readText({ s3 }: Clients, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
