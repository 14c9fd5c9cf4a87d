import * as z from 'zod';
import { datasetContractSchema, unreadableObjectsSchema } from './dataset.ts';

/** What the retraining workflow asks of `gather-labels`. */
export const labellingRequestSchema = z.object({
  project: z.string(),
  bucket: z.string(),
  /** Names the folder of the dataset, `runs/<project>/retraining/<decisionId>/`. */
  decisionId: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/),
  /** The model that is live while the labels are gathered, for the log. */
  liveModelPackageArn: z.string(),
  /**
   * Rows that became complete from this time on, and before the other; in UTC. A row is complete when its capture and
   * the first label of its request are both in the bucket.
   */
  since: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }),
  /** Of requests from this time on: those of earlier ones are too late. */
  requestsSince: z.iso.datetime({ offset: true }),
  /** Fewer rows make no dataset. */
  minimumNewRows: z.int().min(1),
  /** How the project's datasets are written, and what their rows must hold. */
  contract: datasetContractSchema,
});

const countedSchema = z.object({ count: z.number(), reasons: z.record(z.string(), z.number()) });

export const labellingReplySchema = z.object({
  /** Labelled rows that the project's inspection accepts. */
  newRows: z.number(),
  /** Captured requests whose labels are in. */
  labelledRequests: z.number(),
  /** All requests whose captures arrived in the time, and earlier ones whose labels did. */
  requests: z.number(),
  /** Labels that came again and were different; the last one counts. */
  contradicting: z.number(),
  /** Requests whose labels arrived in the time, and that were not captured. */
  unknown: z.number(),
  /** Earlier than requested if one invocation cannot read everything, or if an upload still runs: the next dataset has the rest. */
  until: z.string(),
  /** Later than requested if one invocation cannot read everything: labels of earlier requests were left out. */
  requestsSince: z.string(),
  /** Undefined where there are fewer rows than requested. */
  dataset: z.object({ key: z.string(), rows: z.number() }).optional(),
  /** Labelled rows that are left out, by reason. */
  unusable: countedSchema,
  /** Lines of captures and labels, and rows of requests, that cannot be read, by reason. */
  broken: countedSchema,
  /** Files of captures and labels that were left out whole. */
  unreadable: unreadableObjectsSchema,
});

export type LabellingRequest = z.infer<typeof labellingRequestSchema>;
export type LabellingReply = z.infer<typeof labellingReplySchema>;
