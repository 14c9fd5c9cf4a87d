import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { parsePredictions, type TestPredictions } from '../../operations/index.ts';
import type { Api } from './api-state.ts';
import type { KnownVersion } from './model-versions.ts';
import { ProblemError } from './problem-error.ts';
import { isMissing, splitUri } from './stored-json.ts';

/** Of a file of predictions, so much is read: Lambda's memory holds it several times. */
const LARGEST_BYTES = 33_554_432;

const CANDIDATE = 'predictions.csv';
/** Of the model that a version was compared with, on the same rows. */
const CHAMPION = 'champion-predictions.csv';

/**
 * What a version predicted for its test rows.
 *
 * @throws ProblemError `predictions-not-found`
 */
export async function readPredictions(
  api: Api,
  version: KnownVersion,
  name = CANDIDATE,
): Promise<TestPredictions> {
  const found = await findPredictions(api, version, name);
  if (found !== undefined) return found;
  throw new ProblemError(
    'predictions-not-found',
    `The evaluation of ${version.version} has no ${name}.`,
  );
}

async function findPredictions(
  { clients }: Api,
  { found }: KnownVersion,
  name: string,
): Promise<TestPredictions | undefined> {
  const uri = found.CustomerMetadataProperties?.['evaluation'] ?? '';
  const { bucket: Bucket, key } = splitUri(uri.replace(/[^/]*$/, name));
  if (key === '') return undefined;
  try {
    const { Body, ContentRange = '' } = await clients.s3.send(
      new GetObjectCommand({ Bucket, Key: key, Range: `bytes=0-${LARGEST_BYTES - 1}` }),
    );
    const text = (await Body?.transformToString()) ?? '';
    const isWhole = Number(ContentRange.split('/').at(-1)) <= LARGEST_BYTES;
    return parsePredictions(isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What two versions predicted for the same rows. */
export interface PairedPredictions {
  readonly one: TestPredictions;
  readonly other: TestPredictions;
}

/**
 * Finds rows for which there are predictions of both versions.
 *
 * @throws ProblemError `different-rows` or `predictions-not-found`
 */
export async function readPairedPredictions(
  api: Api,
  one: KnownVersion,
  other: KnownVersion,
): Promise<PairedPredictions> {
  if (await hasSameRows(api, one, other)) {
    const [first, second] = await Promise.all([
      readPredictions(api, one),
      readPredictions(api, other),
    ]);
    return { one: first, other: second };
  }
  if (championOf(other) === one.found.ModelPackageArn) {
    const [first, second] = await readBoth(api, other);
    return { one: first, other: second };
  }
  if (championOf(one) === other.found.ModelPackageArn) {
    const [second, first] = await readBoth(api, one);
    return { one: first, other: second };
  }
  throw new ProblemError(
    'different-rows',
    `${one.version} and ${other.version} were measured on different rows, and neither was the champion that the other was compared with.`,
  );
}

/** The champion's predictions for the test rows of a version, and its own. */
function readBoth(api: Api, version: KnownVersion) {
  return Promise.all([readPredictions(api, version, CHAMPION), readPredictions(api, version)]);
}

function championOf({ found }: KnownVersion): string | undefined {
  return found.CustomerMetadataProperties?.['champion'];
}

/** Whether two versions were measured on the same test rows: their files have the same bytes. */
export async function hasSameRows(
  api: Api,
  one: KnownVersion,
  other: KnownVersion,
): Promise<boolean> {
  const [first, second] = await Promise.all([listTestFiles(api, one), listTestFiles(api, other)]);
  return first !== '' && first === second;
}

/** The files of the test part by name and content; they never change. */
function listTestFiles(api: Api, { known, found }: KnownVersion): Promise<string> {
  const { folder } = found.CustomerMetadataProperties ?? {};
  if (folder === undefined) return Promise.resolve('');
  const { bucket: Bucket } = known.resources;
  const Prefix = `${folder}prepared/test/`;
  return api.cache.get(`test rows ${folder}`, Number.POSITIVE_INFINITY, async () => {
    const { s3 } = api.clients;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    const lines = Contents.map(async ({ Key = '' }) => {
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      return `${Key.slice(Prefix.length)} ${contentOf(head)}`;
    });
    return (await Promise.all(lines)).join('\n');
  });
}

/** S3 computes a checksum of what is stored without one. Under a key of KMS, an entity tag says nothing of the content. */
function contentOf({ ChecksumCRC64NVME, ChecksumCRC32, ETag }: HeadObjectCommandOutput) {
  return ChecksumCRC64NVME ?? ChecksumCRC32 ?? ETag;
}
