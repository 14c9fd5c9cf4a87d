import { type _Object, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { type Api, BRIEFLY_MS } from './api-state.ts';

export type Download = AnswerOf<Routes['getScoring']>['files'][number];

/** How long a link is good: long enough to begin a download of what one looks at. */
const LINK_SECONDS = 3_600;
/** A link is given again for so long, so that what people look at does not change by its links alone. */
const LINK_KEPT_MS = 1_800_000;
/** Files of a folder that are shown: far more than a workflow writes for people. */
const MAXIMUM_FILES = 500;

interface Folder {
  readonly bucket: string;
  /** Ends in `/`. */
  readonly prefix: string;
}

/** Files with their links, and whether there are more than are listed. */
export interface Downloads {
  readonly files: readonly Download[];
  readonly areFilesCutShort: boolean;
}

/** Of what has no folder. */
export const NO_DOWNLOADS: Downloads = { files: [], areFilesCutShort: false };

/**
 * Links to the files of a folder that people read.
 *
 * @param isShown says of the name below the folder whether people read it; that of a folder ends in `/`. What jobs
 *   read and write is in folders of its own, which can have thousands of files: those are not even listed.
 */
export async function listDownloads(
  api: Api,
  { bucket, prefix }: Folder,
  isShown: (name: string) => boolean = () => true,
): Promise<Downloads> {
  const found = await api.cache.get(`files ${bucket} ${prefix}`, BRIEFLY_MS, () =>
    listFiles(api, { bucket, prefix }, (key) => isShown(key.slice(prefix.length))),
  );
  const files = await Promise.all(
    found.slice(0, MAXIMUM_FILES).map(async ({ Key: key = '', Size: sizeBytes }) => ({
      name: key.slice(prefix.length),
      uri: `s3://${bucket}/${key}`,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(await signLink(api, bucket, key)),
    })),
  );
  return { files, areFilesCutShort: found.length > MAXIMUM_FILES };
}

/** The files of a folder and of those in it, in the order of their keys, until there are more than are shown. */
async function listFiles(
  api: Api,
  { bucket, prefix }: Folder,
  isShown: (key: string) => boolean,
): Promise<readonly _Object[]> {
  const files: _Object[] = [];
  const folders: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await api.clients.s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        Delimiter: '/',
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      }),
    );
    files.push(...(page.Contents ?? []).filter(({ Key = '' }) => Key !== prefix && isShown(Key)));
    folders.push(
      ...(page.CommonPrefixes ?? []).flatMap(({ Prefix = '' }) =>
        isShown(Prefix) ? [Prefix] : [],
      ),
    );
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined && files.length <= MAXIMUM_FILES);
  for (const folder of folders) {
    if (files.length > MAXIMUM_FILES) break;
    files.push(...(await listFiles(api, { bucket, prefix: folder }, isShown)));
  }
  return files.toSorted(({ Key: one = '' }, { Key: other = '' }) => (one < other ? -1 : 1));
}

/** A link that the browser saves under the name of the file. */
function signLink(
  api: Api,
  bucket: string,
  key: string,
): Promise<Pick<Download, 'url' | 'expiresAt'>> {
  return api.cache.get(`link ${bucket} ${key}`, LINK_KEPT_MS, async () => {
    const name = key.split('/').at(-1) ?? key;
    const url = await getSignedUrl(
      api.clients.s3,
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentDisposition: `attachment; filename="${name}"`,
      }),
      { expiresIn: LINK_SECONDS },
    );
    const expiresAt = new Date(api.options.now() + LINK_SECONDS * 1_000).toISOString();
    return { url, expiresAt };
  });
}
