import { createHash } from 'node:crypto';
import type { ClosingReply, ClosingRequest, FolderFiles } from '../../events/index.ts';
import type { FolderStore, KeyVersion } from './folder-store.ts';

/** A job would take too long to read a longer list. */
export const MAXIMUM_FILES = 10_000;

/**
 * Decides what a folder held when it was closed: `settleSeconds` after its marker, or after its newest file. Later
 * changes are not part of it, so that every run for the same closing finds the same files.
 */
export async function closeFolder(
  request: ClosingRequest,
  store: FolderStore,
): Promise<ClosingReply> {
  const folder = folderOf(request);
  if (folder === undefined) return rejected(inNoFolder(request));
  const versions: KeyVersion[] = [];
  for await (const version of store.listVersions(request.trigger.bucket, folder)) {
    versions.push(version);
  }
  const trigger = versions.find((version) => isTrigger(version, request));
  if (trigger === undefined) return rejected(VANISHED);
  const closedAtMs = trigger.lastModifiedMs + request.settleSeconds * 1_000;
  const inTime = versions.filter(({ lastModifiedMs }) => lastModifiedMs <= closedAtMs);
  const newest = inTime
    .filter(({ key, sizeBytes }) => sizeBytes !== undefined && mayClose(key, request))
    .reduce((best, version) => (isNewer(version, best) ? version : best), trigger);
  if (newest !== trigger) return { outcome: 'superseded', newest: newest.versionId };
  return close(request, folder, heldBy(inTime), store);
}

const VANISHED =
  'The object that closed the folder was deleted before the folder was read. Nothing was trained. Upload it again to train on the folder.';

/** The folder of a marker; without markers, the first folder below `incoming/<project>/`. */
function folderOf({ trigger, incoming, marker }: ClosingRequest): string | undefined {
  const below = trigger.key.slice(incoming.length);
  const end = marker === undefined ? below.indexOf('/') : below.lastIndexOf('/');
  return end <= 0 ? undefined : `${incoming}${below.slice(0, end + 1)}`;
}

function inNoFolder({ incoming, marker }: ClosingRequest): string {
  const file = marker ?? 'The file';
  return `${file} lies in no folder, and the project's datasets are folders. Upload the files of a dataset to a folder of their own, such as ${incoming}2026-11/, or set dataset.layout to 'file'.`;
}

function isTrigger({ key, versionId }: KeyVersion, { trigger }: ClosingRequest): boolean {
  return key === trigger.key && versionId === trigger.versionId;
}

/** Markers close their folder only; without them, every file of the folder does. */
function mayClose(key: string, { trigger, marker }: ClosingRequest): boolean {
  return marker === undefined || key === trigger.key;
}

/** S3 knows whole seconds: of two files of one second, the later key counts as newer. */
function isNewer(one: KeyVersion, other: KeyVersion): boolean {
  if (one.lastModifiedMs !== other.lastModifiedMs) {
    return one.lastModifiedMs > other.lastModifiedMs;
  }
  const order = compareKeys(one.key, other.key);
  return order === 0 ? one.isLatest : order > 0;
}

/** As S3 lists them: by their UTF-8 bytes. */
function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** What each key held last, in the order of the keys. */
function heldBy(versions: readonly KeyVersion[]): KeyVersion[] {
  const held = new Map<string, KeyVersion>();
  for (const version of versions) {
    const other = held.get(version.key);
    if (other === undefined || isNewer(version, other)) held.set(version.key, version);
  }
  return [...held.values()].toSorted((one, other) => compareKeys(one.key, other.key));
}

async function close(
  request: ClosingRequest,
  folder: string,
  held: readonly KeyVersion[],
  store: FolderStore,
): Promise<ClosingReply> {
  const { bucket } = request.trigger;
  const files = held
    .filter(({ key, sizeBytes = 0 }) => sizeBytes > 0 && isData(key.slice(folder.length), request))
    .map(({ key, versionId }, index) => ({
      bucket,
      key,
      versionId,
      path: key.slice(folder.length),
      name: `${String(index + 1).padStart(5, '0')}.csv`,
    }));
  if (files.length === 0) return rejected(holdsNothing(folder));
  if (files.length > MAXIMUM_FILES) return rejected(holdsTooMany(folder, files.length));
  const id = identifyFolder({ bucket, folder, settings: request.settings }, files);
  const list: FolderFiles = { version: 1, folder, files };
  await store.writeJson({ bucket, key: `${request.runs}${id}/files.json` }, list);
  return { outcome: 'closed', id, folder, files: files.length };
}

/** Spark, Hive and Athena leave out the same names. */
const HIDDEN = /(^|\/)[_.]/;

/** @param path below the folder */
function isData(path: string, { marker }: ClosingRequest): boolean {
  return !HIDDEN.test(path) && path.split('/').at(-1) !== marker;
}

interface ClosedFolder {
  readonly bucket: string;
  readonly folder: string;
  readonly settings: string;
}

/** The id of the dataset that a folder with these files is. Only the key can contain a line feed, so it comes last. */
export function identifyFolder(
  { bucket, folder, settings }: ClosedFolder,
  files: readonly { readonly key: string; readonly versionId: string }[],
): string {
  const hash = createHash('sha256').update(
    JSON.stringify([bucket, folder, settings, files.length]),
  );
  for (const { key, versionId } of files) hash.update(`\n${JSON.stringify([versionId, key])}`);
  return hash.digest('hex').slice(0, 32);
}

function holdsNothing(folder: string): string {
  return `The folder ${folder} holds no data: when it was closed, it contained at most empty files and names that begin with _ or . (as Spark writes them). Upload the files before the marker, then the marker again.`;
}

function holdsTooMany(folder: string, count: number): string {
  return `The folder ${folder} holds ${count} files, of at most ${MAXIMUM_FILES}. Write fewer, larger files.`;
}

function rejected(reason: string): ClosingReply {
  return { outcome: 'rejected', reason };
}
