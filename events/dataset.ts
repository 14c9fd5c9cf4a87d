import * as z from 'zod';

/** A column as inspection, the manifest and the container scripts know it. */
export const columnSchema = z.object({
  name: z.string(),
  type: z.enum(['number', 'integer', 'category', 'date', 'text']),
  /** The values a category may have. Without it, any text. */
  values: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /** Whether a field may be missing. */
  optional: z.boolean().optional(),
  /** Texts that mean a missing field, as an empty one does. */
  missingValues: z.array(z.string()).optional(),
  /** The column is in the file and in requests, but the model does not see it. */
  ignore: z.boolean().optional(),
  /** What may stand before or after a number, such as `$` or `%`. */
  affix: z.string().optional(),
  /** Of a date, as Python's `strptime` takes it. */
  format: z.string().optional(),
});

/** How a label is made that is not a column of the file. */
const derivedTargetSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('is'), column: z.string(), values: z.array(z.string()) }),
  z.object({
    type: z.literal('dropped-by-next'),
    groupBy: z.string(),
    orderBy: z.string(),
    columns: z.array(z.string()),
    absent: z.array(z.string()),
  }),
]);

/** What scripts need to know of a dataset beside its columns; older manifests and contracts lack it. */
export const datasetFactsSchema = z.object({
  label: z.string(),
  header: z.boolean(),
  delimiter: z.string(),
  problem: z.enum(['regression', 'binary', 'multiclass']).optional(),
  /** @default `utf-8` */
  encoding: z.enum(['utf-8', 'utf-16', 'windows-1252']).optional(),
  /** The mark before the fraction of a number. @default `.` */
  decimal: z.enum(['.', ',']).optional(),
  /** The mark between groups of digits. @default none */
  thousands: z.string().optional(),
  /** How rows without a label are handled. @default `refuse` */
  missingLabel: z.enum(['refuse', 'set-aside']).optional(),
  /** Rows that are left out. */
  exclude: z.array(z.object({ column: z.string(), values: z.array(z.string()) })).optional(),
  target: z.object({ derived: derivedTargetSchema }).optional(),
  /**
   * A file may have a derived label as one more column behind the others: `0`, `1`, or empty where it is derived.
   * @default a derived label is in no file
   */
  labelColumn: z.literal('last').optional(),
  split: z
    .object({
      groupBy: z.string().optional(),
      validationShare: z.number(),
      testShare: z.number(),
      seed: z.number(),
    })
    .optional(),
});

/** What a dataset must look like. Comes from the project, judged by inspection. */
export const datasetContractSchema = datasetFactsSchema.extend({
  columns: z.array(columnSchema).min(1),
  lineEnds: z.enum(['lf', 'any']),
  byteOrderMark: z.enum(['refuse', 'accept']),
  /** Whether scripts read fields without the white space around them. Numbers may have it anyway. @default `keep` */
  whiteSpace: z.enum(['keep', 'strip']).optional(),
  minimumRows: z.number(),
  /** The allowed labels; `0` and `1` for a binary problem with its own scripts. @default any */
  labels: z.array(z.string()).optional(),
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

/** How the values of a column are distributed, over all rows. */
const distributionFields = {
  /** For numeric columns: the count of values in each bin; the first bin begins at `from`. */
  histogram: z
    .object({ from: z.number(), width: z.number(), counts: z.array(z.number()).min(1).max(40) })
    .optional(),
  /** For categorical columns: the most frequent values, at most twenty. */
  frequentValues: z.array(z.object({ value: z.string(), count: z.number() })).optional(),
  /** How many fields of the column hold other values. */
  otherValues: z.number().optional(),
};

/** What inspection found in a column. */
const columnSummarySchema = columnSchema.extend({
  missing: z.number(),
  observedMinimum: z.number().optional(),
  observedMaximum: z.number().optional(),
  distinctValues: z.number().optional(),
  ...distributionFields,
});

/** `manifest.json`: written once a dataset was accepted, never changed. */
export const manifestSchema = datasetFactsSchema.extend({
  version: z.literal(1),
  project: z.string(),
  datasetId: z.string(),
  sources: z
    .array(
      objectVersionSchema.extend({
        sizeBytes: z.number(),
        /** Of the object's bytes. */
        sha256: z.string().optional(),
        /** Of a folder: the name under which scripts find the file. */
        name: z.string().optional(),
      }),
    )
    .min(1),
  /** Of the file's bytes; of a folder, of the digests of its files in order, joined by line feeds. */
  sha256: z.string(),
  /** All rows, with those that are left out. */
  rowCount: z.number(),
  /** Rows that `exclude` leaves out. */
  excludedRows: z.number().optional(),
  columns: z.array(columnSummarySchema),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Objects that are there and cannot be read: archived, or encrypted with a key of others. */
export const unreadableObjectsSchema = z.object({
  count: z.number(),
  /** A few keys, each with the name of S3's error. */
  examples: z.array(z.string()),
});

export type UnreadableObjects = z.infer<typeof unreadableObjectsSchema>;

/** The place of an object that exists or will be written. */
export const placeSchema = z.object({ bucket: z.string(), key: z.string() });

/** What the training workflow asks of `inspect-dataset`: one source, or the files of a folder. */
export const inspectionRequestSchema = z.object({
  project: z.string(),
  datasetId: z.string(),
  contract: datasetContractSchema,
  sources: z.array(objectVersionSchema).min(1).optional(),
  /** `files.json` */
  files: placeSchema.optional(),
  manifest: placeSchema,
  /** The place of the record of a refused dataset, and what the record contains besides the reason. */
  record: placeSchema,
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
