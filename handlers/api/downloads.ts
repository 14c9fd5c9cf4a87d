import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { type Api, BRIEFLY_MS } from './api-state.ts';

export type Download = AnswerOf<Routes['getScoring']>['files'][number];

/** How long a link is good: long enough to begin a download of what one looks at. */
const LINK_SECONDS = 3_600;
/** A link is given again for so long, so that what people look at does not change by its links alone. */
const LINK_KEPT_MS = 1_800_000;
/** Files of a folder that are listed. */
const MAXIMUM_FILES = 100;

interface Folder {
  readonly bucket: string;
  /** Ends in `/`. */
  readonly prefix: string;
}

/** Links to the files of a folder that people read; their names are those below the folder. */
export async function listDownloads(
  api: Api,
  { bucket, prefix }: Folder,
  isShown: (name: string) => boolean = () => true,
): Promise<readonly Download[]> {
  const { Contents = [] } = await api.cache.get(`files ${bucket} ${prefix}`, BRIEFLY_MS, () =>
    api.clients.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: MAXIMUM_FILES }),
    ),
  );
  return Promise.all(
    Contents.map(({ Key: key = '', Size: sizeBytes }) => ({
      name: key.slice(prefix.length),
      key,
      sizeBytes,
    }))
      .filter(({ name }) => name !== '' && isShown(name))
      .map(async ({ name, key, sizeBytes }) => ({
        name,
        uri: `s3://${bucket}/${key}`,
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(await signLink(api, bucket, key)),
      })),
  );
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
