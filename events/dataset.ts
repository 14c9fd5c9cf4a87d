import { z } from 'zod';

/** A column as inspection, the manifest and the container scripts know it. */
export const columnSchema = z.object({
  name: z.string(),
  type: z.enum(['number', 'integer', 'category']),
  /** The values a category may have. Without it, any text. */
  values: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /** Whether a field may be missing. */
  optional: z.boolean().optional(),
  /** Texts that mean a missing field, as an empty one does. */
  missingValues: z.array(z.string()).optional(),
});

/** What a dataset must look like. Comes from the project, judged by inspection. */
export const datasetContractSchema = z.object({
  columns: z.array(columnSchema).min(1),
  label: z.string(),
  header: z.boolean(),
  delimiter: z.string(),
  lineEnds: z.enum(['lf', 'any']),
  byteOrderMark: z.enum(['refuse', 'accept']),
  minimumRows: z.number(),
});

export type Column = z.infer<typeof columnSchema>;
export type DatasetContract = z.infer<typeof datasetContractSchema>;

/** One version of one uploaded object. */
export const objectVersionSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  versionId: z.string(),
});

export type ObjectVersion = z.infer<typeof objectVersionSchema>;

/** What inspection saw of a column. */
const columnSummarySchema = columnSchema.extend({
  missing: z.number(),
  observedMinimum: z.number().optional(),
  observedMaximum: z.number().optional(),
  distinctValues: z.number().optional(),
});

/** `manifest.json`: written once a dataset was accepted, never changed. */
export const manifestSchema = z.object({
  version: z.literal(1),
  project: z.string(),
  datasetId: z.string(),
  sources: z.array(objectVersionSchema.extend({ sizeBytes: z.number() })).min(1),
  /** Over the bytes of all sources in order. */
  sha256: z.string(),
  rowCount: z.number(),
  header: z.boolean(),
  delimiter: z.string(),
  label: z.string(),
  columns: z.array(columnSummarySchema),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** What the training workflow asks of `inspect-dataset`. */
export const inspectionRequestSchema = z.object({
  project: z.string(),
  datasetId: z.string(),
  contract: datasetContractSchema,
  sources: z.array(objectVersionSchema).min(1),
  manifest: z.object({ bucket: z.string(), key: z.string() }),
  /** Where the record of a refused dataset goes, and what it says beside the reason. */
  record: z.object({ bucket: z.string(), key: z.string() }),
  dataset: z.record(z.string(), z.unknown()),
  execution: z.string(),
  requestedAt: z.string(),
});

/** What is wrong with a dataset: the first few places and how many there are; no values. */
export const problemSchema = z.object({
  rule: z.string(),
  count: z.number(),
  examples: z.array(z.string()),
});

export const inspectionReplySchema = z.discriminatedUnion('accepted', [
  z.object({
    accepted: z.literal(true),
    rowCount: z.number(),
    sha256: z.string(),
    sizeBytes: z.number(),
  }),
  z.object({
    accepted: z.literal(false),
    reason: z.string(),
    problems: z.array(problemSchema),
  }),
]);

/** `quarantine/<project>/<dataset-id>.json`: the only place where values of refused rows are quoted. */
export const quarantineRecordSchema = z.object({
  project: z.string(),
  dataset: z.record(z.string(), z.unknown()),
  reason: z.string(),
  problems: z.array(problemSchema),
  execution: z.string(),
  recordedAt: z.string(),
});

export type QuarantineRecord = z.infer<typeof quarantineRecordSchema>;
export type InspectionRequest = z.infer<typeof inspectionRequestSchema>;
export type InspectionReply = z.infer<typeof inspectionReplySchema>;
export type Problem = z.infer<typeof problemSchema>;
