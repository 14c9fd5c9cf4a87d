import * as z from 'zod';
import { fileName, time } from '../fields.ts';

/** S3 takes 5 GB in one POST: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const LARGEST_UPLOAD_BYTES = 5 * 1024 ** 3;

/** A file that is about to be uploaded. */
export const uploadRequest = z
  .strictObject({
    fileName,
    sizeBytes: z
      .int()
      .min(1)
      .max(LARGEST_UPLOAD_BYTES)
      .meta({ description: 'The size of the file; S3 refuses any other' }),
    contentType: z
      .string()
      .max(100)
      .regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'a media type')
      .default('text/csv'),
  })
  .meta({ id: 'UploadRequest' });

/** The form with which a browser uploads it. */
export const uploadForm = z
  .object({
    url: z.string(),
    fields: z.record(z.string(), z.string()),
    uri: z.string().meta({ description: 'Where the data will be' }),
    expiresAt: time,
  })
  .meta({ id: 'Upload' });
