import * as z from 'zod';
import { type DriftReport, driftReportSchema } from '../../events/index.ts';
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
const downloadSchema = z
  .object({
    name: z.string(),
    uri: z.string(),
    url: z.string().meta({ description: 'Downloads the file, without sign-in, until it expires' }),
    sizeBytes: z.int().optional(),
    expiresAt: time,
  })
  .meta({ id: 'Download' });

/** Of answers with the files of a run. */
export const downloadsFields = {
  files: z.array(downloadSchema).meta({
    description: 'What it has written for people, by name; not what its jobs read and write',
  }),
  areFilesCutShort: z
    .boolean()
    .meta({ description: 'Whether there are more files than the 500 that are listed' }),
};

export const exampleDownload = {
  name: 'summary.json',
  uri: 's3://stepmill-dev-abalone-storagebucket/scored/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/predictions.csv',
  url: 'https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/scored/abalone/…?X-Amz-Signature=…',
  sizeBytes: 210_433,
  expiresAt: '2026-11-30T06:30:00.000Z',
} as const;

const emptyChecks = { share: 1, threshold: 1, violated: false };

/** One column, of which the report says all. */
export const exampleReport = {
  version: 1,
  project: 'abalone',
  modelPackageArn:
    'arn:aws:sagemaker:us-east-1:123456789012:model-package/AbaloneModelPackageGroup/3',
  endpointName: 'abalone',
  source: 'captures',
  window: { start: '2026-11-29T00:00:00Z', end: '2026-11-30T00:00:00Z' },
  verdict: 'drifted',
  rows: 4_120,
  baselineRows: 2_923,
  samplingPercent: 100,
  estimatedRows: 4_120,
  drifted: ['length'],
  driftedPredictions: [],
  thresholds: {
    minimumRows: 200,
    minimumExpected: 5,
    minimumEffect: 0.1,
    confidence: 0.99,
    significance: 0.05,
    permutations: 999,
    seed: 20_261_130,
  },
  columns: [
    {
      name: 'length',
      type: 'number',
      verdict: 'drifted',
      reason: null,
      rows: { current: 4_120, baseline: 2_923, threshold: 200 },
      expected: { least: 400, threshold: 5 },
      effect: { psi: 0.31, threshold: 0.1, minimum: 0.1, chance: 0.01, bins: 2 },
      significance: { p: 0.001, q: 0.008, threshold: 0.05 },
      distances: { kolmogorovSmirnov: 0.27, wasserstein: 0.6, jensenShannon: 0.19 },
      bins: [
        { lower: null, upper: 0.5, baseline: 1_460, current: 900 },
        { lower: 0.5, upper: null, baseline: 1_463, current: 3_220 },
      ],
      checks: {
        typed: emptyChecks,
        missing: {
          baseline: 0,
          current: 0,
          increase: 0,
          threshold: 0.05,
          p: 1,
          significance: 0.01,
          violated: false,
        },
        known: null,
        within: emptyChecks,
      },
    },
  ],
  predictions: [],
  violations: [],
  quality: null,
  read: {
    files: 24,
    lines: 4_120,
    requests: 4_120,
    rows: 4_120,
    outsideWindow: 0,
    withoutAnswer: 0,
    broken: { count: 0, reasons: {}, places: [] },
  },
  notes: [],
} as const satisfies DriftReport;
