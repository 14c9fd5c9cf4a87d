import { closeSync, createReadStream, createWriteStream, fstatSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { GetObjectCommandOutput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { parseJson } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { RolePrincipal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { containerFiles, openContainerFile } from '../../../jobs/index.ts';
import { parseS3Url } from '../s3-url.ts';
import { JobFailure } from './failure.ts';

/** S3 with the permissions of a job's role. */
export interface JobS3 {
  readonly cloud: Cloud;
  readonly role: RolePrincipal;
  /** How results are encrypted. @default what the bucket says */
  readonly results?: ResultEncryption;
}

/** The results of a job, which is not asked about the bucket's default: without a key of the request AWS takes `aws/s3`. */
export interface ResultEncryption {
  readonly keyId: string | undefined;
}

export interface S3Place {
  readonly Bucket: string;
  /** A key or a prefix. */
  readonly Key: string;
}

/** One object, and its path in the folder of its input. */
export interface InputObject {
  readonly place: S3Place;
  readonly path: string;
}

/** The maximum number of concurrent copies. */
const CONCURRENCY = 8;

export function readS3Url(url: string): S3Place {
  const place = parseS3Url(url);
  if (place === undefined) throw new JobFailure(`ClientError: ${url} is not an S3 URL.`);
  return place;
}

/** Whether there are objects with a prefix, which AWS checks before it starts a training job. */
export async function hasObjects(s3: JobS3, place: S3Place): Promise<boolean> {
  const page = await list(s3, place, undefined, 1);
  return (page.Contents ?? []).length > 0;
}

/**
 * Copies every object with the prefix into a folder; the rest of the key is the path.
 *
 * @throws JobFailure if there are no objects or one cannot be read
 */
export async function downloadPrefix(s3: JobS3, url: string, folder: string): Promise<void> {
  await downloadAll(s3, await objectsBelow(s3, url), folder);
}

/**
 * The objects with a prefix; the rest of the key is the path.
 *
 * @throws JobFailure if there are none, or they cannot be listed
 */
export async function objectsBelow(s3: JobS3, url: string): Promise<readonly InputObject[]> {
  const prefix = readS3Url(url);
  const objects: InputObject[] = [];
  let token: string | undefined;
  do {
    const page = await failing(() => list(s3, prefix, token), 'ListObjectsV2', url);
    for (const { Key = '' } of page.Contents ?? []) {
      const path = pathBelow(prefix.Key, Key);
      objects.push({ place: { Bucket: prefix.Bucket, Key }, path });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  if (objects.length === 0) throw new JobFailure(`ClientError: ${noObjects(s3, url)}`);
  return objects;
}

/** A manifest is a list of a common prefix and the rest of each key. */
export async function downloadManifest(s3: JobS3, url: string, folder: string): Promise<void> {
  await downloadAll(s3, await objectsOfManifest(s3, url), folder);
}

/** @throws JobFailure if the manifest cannot be read */
export async function objectsOfManifest(s3: JobS3, url: string): Promise<readonly InputObject[]> {
  const entries = parseManifest(await text(await openObject(s3, readS3Url(url))), url);
  return entries.map(({ prefix, rest }) => ({ place: readS3Url(`${prefix}${rest}`), path: rest }));
}

/** @throws JobFailure if the object cannot be read */
export async function openObject(s3: JobS3, place: S3Place): Promise<Readable> {
  const url = `s3://${place.Bucket}/${place.Key}`;
  const { Body } = await failing(() => get(s3, place), 'GetObject', url);
  return bodyOf(Body);
}

function parseManifest(
  content: string,
  url: string,
): readonly { readonly prefix: string; readonly rest: string }[] {
  let manifest: unknown;
  try {
    manifest = parseJson(content);
  } catch {
    manifest = undefined;
  }
  const [head, ...rest]: unknown[] = Array.isArray(manifest) ? manifest : [];
  const prefix = (head as { readonly prefix?: unknown } | undefined)?.prefix;
  if (typeof prefix !== 'string' || rest.some((entry) => typeof entry !== 'string')) {
    throw new JobFailure(
      `ClientError: The manifest ${url} must be a JSON list of {"prefix": "s3://…"} and of the keys below it.`,
    );
  }
  return rest.map((entry) => ({ prefix, rest: String(entry) }));
}

/** AWS's message, also for training jobs that it rejects. */
export function noObjects(s3: JobS3, url: string): string {
  const { Bucket } = readS3Url(url);
  return `No S3 objects found under S3 URL "${url}" given in input data source. Please ensure that the bucket exists in the selected region (${s3.cloud.region}), that objects exist under that S3 prefix, and that the role "${s3.role.roleArn}" has "s3:ListBucket" permissions on bucket "${Bucket}".`;
}

/** The path of an object: the rest of its key, or its file name if the key is the prefix. */
function pathBelow(prefix: string, key: string): string {
  if (key.startsWith(`${prefix}/`)) return key.slice(prefix.length + 1);
  if (prefix === '' || prefix.endsWith('/')) return key.slice(prefix.length);
  return key.slice(prefix.lastIndexOf('/') + 1);
}

async function downloadAll(
  s3: JobS3,
  downloads: readonly InputObject[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await eachOf(downloads, (download, failed) => downloadOne(s3, download, { folder, failed }));
}

async function downloadOne(
  s3: JobS3,
  { place, path }: InputObject,
  { folder, failed }: { readonly folder: string; readonly failed: AbortSignal },
): Promise<void> {
  const url = `s3://${place.Bucket}/${place.Key}`;
  // SageMaker's SDK writes the place of an input with a slash at its end.
  const top = resolve(folder);
  const file = resolve(top, path);
  if (file !== top && !file.startsWith(top + sep)) {
    throw new JobFailure(`ClientError: Failed to download data. ${url} leads out of its folder.`);
  }
  // The S3 console creates such empty objects as folders.
  if (path === '' || path.endsWith('/')) return void (await mkdir(file, { recursive: true }));
  const body = await openObject(s3, place);
  try {
    await mkdir(dirname(file), { recursive: true });
    await pipeline(body, createWriteStream(file), { signal: failed });
  } catch (error) {
    throw fileFailure(error, url);
  }
}

function fileFailure(error: unknown, url: string): JobFailure {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EEXIST' || code === 'EISDIR' || code === 'ENOTDIR') {
    return new JobFailure(
      `ClientError: Failed to download data. Please check your s3 objects and ensure that there is no object that is both a folder as well as a file. (${url})`,
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new JobFailure(`ClientError: Failed to download data. ${url}: ${reason}`);
}

/**
 * Uploads the files of a container's folder below a prefix, without following links. Returns their number.
 *
 * @param root the folder that the container sees, which contains `folder`
 */
export async function uploadFolder(
  s3: JobS3,
  { root, folder }: { readonly root: string; readonly folder: string },
  url: string,
  isWanted: (path: string, changed: string) => boolean = () => true,
): Promise<number> {
  const prefix = readS3Url(url);
  const files = await containerFiles(root, folder);
  const start = prefix.Key === '' || prefix.Key.endsWith('/') ? prefix.Key : `${prefix.Key}/`;
  await eachOf(files, async (path) => {
    const descriptor = openContainerFile(root, join(folder, path));
    // The program that still runs has removed it.
    if (descriptor === undefined) return;
    const facts = fstatSync(descriptor);
    if (!isWanted(path, `${facts.mtimeMs} ${facts.size}`)) return closeSync(descriptor);
    const key = start + path.split(sep).join('/');
    await uploadOpened(s3, descriptor, { Bucket: prefix.Bucket, Key: key });
  });
  return files.length;
}

/** Uploads a file that the runtime wrote. */
export function uploadFile(s3: JobS3, file: string, place: S3Place): Promise<void> {
  return uploadOpened(s3, openSync(file, 'r'), place);
}

/**
 * Documented of training and transform jobs, and the same of processing jobs, by their users.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformOutput.html
 * @see https://github.com/aws/sagemaker-python-sdk/issues/4340
 */
function encryptionOf({ results }: JobS3) {
  if (results === undefined) return {};
  const { keyId = '' } = results;
  return { ServerSideEncryption: 'aws:kms', ...(keyId === '' ? {} : { SSEKMSKeyId: keyId }) };
}

/** Writes an object that fits into memory. */
export async function writeObject(s3: JobS3, place: S3Place, body: Buffer): Promise<void> {
  const url = `s3://${place.Bucket}/${place.Key}`;
  const put = () =>
    s3.cloud.call(s3.role, 's3', 'PutObject', { ...place, ...encryptionOf(s3), Body: body });
  await failing(put, 'PutObject', url, 'upload');
}

/** Uploads an opened file, and closes it. */
async function uploadOpened(s3: JobS3, descriptor: number, place: S3Place): Promise<void> {
  const { size } = fstatSync(descriptor);
  const url = `s3://${place.Bucket}/${place.Key}`;
  const body = createReadStream('', { fd: descriptor });
  // If the upload is rejected early, reading the file may fail; `put` rejects with the cause.
  body.on('error', () => undefined);
  const put = () =>
    s3.cloud.call(s3.role, 's3', 'PutObject', {
      ...place,
      ...encryptionOf(s3),
      Body: body,
      ContentLength: size,
    });
  try {
    await failing(put, 'PutObject', url, 'upload');
  } finally {
    body.destroy();
  }
}

async function failing<Result>(
  work: () => Promise<Result>,
  operation: string,
  url: string,
  direction: 'download' | 'upload' = 'download',
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new JobFailure(
      `ClientError: Failed to ${direction} data. ${operation} failed for ${url}: ${error.code}: ${error.message}`,
    );
  }
}

function list(
  s3: JobS3,
  place: S3Place,
  token: string | undefined,
  maxKeys = 1_000,
): Promise<ListObjectsV2CommandOutput> {
  return s3.cloud.call(s3.role, 's3', 'ListObjectsV2', {
    Bucket: place.Bucket,
    Prefix: place.Key,
    MaxKeys: maxKeys,
    ContinuationToken: token,
  });
}

function get(s3: JobS3, place: S3Place): Promise<GetObjectCommandOutput> {
  return s3.cloud.call(s3.role, 's3', 'GetObject', place);
}

/** Within the runtime a body is a stream or bytes, without the SDK's helpers. */
export function bodyOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  if (body === undefined) return Readable.from([]);
  return Readable.from([Buffer.from(body as Uint8Array)]);
}

/**
 * Rejects with the first failure after all work has ended: the caller removes the folder, and a copy in
 * progress would create it again.
 */
async function eachOf<Item>(
  items: readonly Item[],
  work: (item: Item, failed: AbortSignal) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const failed = new AbortController();
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if (failed.signal.aborted) return;
      // Later errors are ignored.
      await work(item, failed.signal).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, worker));
  failed.signal.throwIfAborted();
}
