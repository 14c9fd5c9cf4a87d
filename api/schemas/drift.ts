import { z } from 'zod';
import { driftReportSchema } from '../../events/index.ts';
import { time } from '../fields.ts';

/** `stepmill-drift.json`. */
export const driftReport = driftReportSchema.meta({
  id: 'DriftReport',
  description:
    'stepmill-drift.json: each column with its statistics, its thresholds, and both distributions',
});

/** What the comparison of a file with the training rows found. */
export const batchDrift = z
  .object({
    verdict: z.string().meta({ description: 'ok, drifted, not enough data, not measured' }),
    drifted: z.array(z.string()).meta({ description: 'The columns that have drifted' }),
  })
  .meta({ id: 'BatchDrift' });

/** A file in the bucket of a project, with a link that needs no sign-in. */
export const downloadSchema = z
  .object({
    name: z.string(),
    uri: z.string(),
    url: z.string().meta({ description: 'Downloads the file, without sign-in, until it expires' }),
    sizeBytes: z.int().optional(),
    expiresAt: time,
  })
  .meta({ id: 'Download' });

export const exampleDownload = {
  name: 'summary.json',
  uri: 's3://stepmill-dev-abalone-storagebucket/scored/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/predictions.csv',
  url: 'https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/scored/abalone/…?X-Amz-Signature=…',
  sizeBytes: 210_433,
  expiresAt: '2026-11-30T06:30:00.000Z',
} as const;
