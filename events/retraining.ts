import * as z from 'zod';
import { unreadableObjectsSchema } from './dataset.ts';

/** What may ask for a decision to train again: the project's triggers, and a person. */
export const retrainingCauses = ['drift', 'quality', 'labels', 'schedule', 'request'] as const;

/** What the monitoring found in its last judged window. */
export const judgedWindowSchema = z.object({
  /** The package that answered. */
  model: z.string(),
  start: z.string(),
  end: z.string(),
  /** Columns of the requests and of the answers. */
  drifted: z.array(z.string()),
  /** Whether measured quality was below the gate. */
  misses: z.boolean(),
});

/** Input of `<project>-retraining`. */
export const retrainingInputSchema = z.object({
  /** The event, the schedule's time or the request; of those with the same one, one is decided on. */
  eventId: z.string(),
  trigger: z.enum(retrainingCauses),
  /** Only of the monitoring, which found it. */
  verdict: judgedWindowSchema.optional(),
});

export type RetrainingInput = z.infer<typeof retrainingInputSchema>;

/** The path in `Object Created` that makes the input of a label that arrived. */
export const labelInputPaths = { eventId: '$.id' } as const;

/** What `gather-labels` counted, as decisions keep it. */
export const countedRowsSchema = z.object({
  newRows: z.number(),
  labelledRequests: z.number(),
  requests: z.number(),
  /** Labels that came again and were different; the last one counts. */
  contradicting: z.number(),
  /** Labelled requests that were not captured in this time. */
  unknown: z.number(),
  /** The end of the time whose requests were counted. */
  until: z.string(),
  /** Files that were left out; older decisions lack it. */
  unreadable: unreadableObjectsSchema.optional(),
});

/** How a decision ends; each is the name of a final state. */
export const retrainingOutcomes = [
  'Training started',
  'Not enough new rows',
  'Cooling down',
  'Budget spent',
  'Same drift as before',
  'Verdict of another model',
  'No live model',
] as const;

/** The record of a decision: `monitoring/<project>/retraining/<decision>.json`. */
export const retrainingDecisionSchema = z.object({
  version: z.literal(1),
  decision: z.string(),
  outcome: z.enum(retrainingOutcomes),
  reason: z.string(),
  trigger: z.enum(retrainingCauses),
  decidedAt: z.iso.datetime({ offset: true }),
  execution: z.string(),
  /** Empty where no model is live. */
  modelPackage: z.string(),
  verdict: judgedWindowSchema.nullish(),
  /** Null where guards made counting needless. */
  rows: countedRowsSchema.nullish(),
  /** What is trained on, in the form that the training names it by. */
  dataset: z.object({ id: z.string(), key: z.string(), versionId: z.string() }).nullish(),
});

export type RetrainingDecision = z.infer<typeof retrainingDecisionSchema>;

/** What the retraining workflow asks of `combine-datasets`. */
export const combinationRequestSchema = z.object({
  bucket: z.string(),
  /** `files.json` of a run whose dataset is a folder: the copies of its files come before the sources. */
  files: z.string().optional(),
  /** Keys, the first one first. */
  sources: z.array(z.string()).min(1),
  target: z.string(),
  /** Whether each source begins with a line that names the columns. */
  header: z.boolean(),
  /** Where files may have a derived label behind the others: those without it get an empty one. */
  labelColumn: z
    .object({ name: z.string(), columns: z.int().min(1), delimiter: z.string() })
    .optional(),
  /** Where datasets are folders: what the folder of the target is closed by; an empty name where nothing closes it. */
  marker: z.string().optional(),
});

export const combinationReplySchema = z.object({
  key: z.string(),
  sizeBytes: z.number(),
  /** Of the object, or of the marker; undefined in a bucket without versions. */
  versionId: z.string().optional(),
  /** Of a folder: the id that the dataset will have. */
  datasetId: z.string().optional(),
});

export type CombinationRequest = z.infer<typeof combinationRequestSchema>;
export type CombinationReply = z.infer<typeof combinationReplySchema>;
