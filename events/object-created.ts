import * as z from 'zod';
import type { EventSelection } from './event-selection.ts';

/** The parts of `Object Created` (source `aws.s3`) that Stepmill reads. */
export const objectCreatedSchema = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  id: z.string(),
  time: z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      /** Plain text; only S3's own notifications encode it. */
      key: z.string(),
      size: z.number(),
      etag: z.string(),
      'version-id': z.string(),
      sequencer: z.string().nullish(),
    }),
  }),
});

export type ObjectCreated = z.infer<typeof objectCreatedSchema>;

/** Uploads below a prefix of a bucket. */
export function selectUploads(bucketName: string, prefix: string): EventSelection {
  return {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix }] } },
  };
}

/** Markers that close a folder below a prefix. A marker outside of a folder also matches, and the workflow refuses it. */
export function selectClosings(bucketName: string, prefix: string, marker: string): EventSelection {
  return {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: {
      bucket: { name: [bucketName] },
      object: { key: [{ wildcard: `${prefix}*/${marker}` }, `${prefix}${marker}`] },
    },
  };
}

/** Uploads of a bucket that lie below none of the prefixes. */
export function selectUploadsOutside(
  bucketName: string,
  prefixes: readonly string[],
): EventSelection {
  return {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: {
      bucket: { name: [bucketName] },
      object: { key: [{ 'anything-but': { prefix: prefixes } }] },
    },
  };
}
