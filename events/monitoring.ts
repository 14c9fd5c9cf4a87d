import * as z from 'zod';
import { placeSchema, unreadableObjectsSchema } from './dataset.ts';

/** Input of `<project>-monitoring`: what its schedule gives, or a request. */
export const monitoringInputSchema = z.object({
  /** The schedule's time or the request; a window is judged once for each. */
  eventId: z.string(),
  /** Only of a schedule: the windows of which alarms are made. */
  scheduledTime: z.string().optional(),
  /** Only of a schedule: the window whose labels are due at its time, judged for its quality. */
  labelsDue: z.boolean().optional(),
  /** @default as long before the end as the project says */
  windowStart: z.string().optional(),
  /** Where no start is given. @default as the project says */
  windowHours: z.number().positive().optional(),
  /** @default the schedule's time or, where labels are due, as long before it as the project says; else now */
  windowEnd: z.string().optional(),
});

export type MonitoringInput = z.infer<typeof monitoringInputSchema>;

/** What the monitoring workflow asks of `gather-captures`. */
export const gatheringRequestSchema = z.object({
  bucket: z.string(),
  /** `captured/<project>/<endpoint>/<variant>/` */
  captures: z.string(),
  /** `labels/<project>/` */
  labels: z.string(),
  windowStart: z.string(),
  windowEnd: z.string(),
  /** How long after the window its labels may arrive, in hours. */
  labelHours: z.number(),
  /** Where the lists go of what was found, in SageMaker's shape of a manifest. */
  captureList: placeSchema,
  labelList: placeSchema,
});

export const gatheringReplySchema = z.object({
  captureFiles: z.number(),
  labelFiles: z.number(),
  sizeBytes: z.number(),
  /** Files that were left out, because a job would fail at them. */
  unreadable: unreadableObjectsSchema,
});

export type GatheringRequest = z.infer<typeof gatheringRequestSchema>;
export type GatheringReply = z.infer<typeof gatheringReplySchema>;

/** A number about a window that the observer publishes. */
export const windowMetricSchema = z.object({
  name: z.string(),
  value: z.number(),
  /** Of a column of the requests or answers. */
  column: z.string().optional(),
});

/** In the folder of a window whose labels were due. */
export const QUALITY_FILE = 'quality.json';

/** What the gate has against a window, once its labels are due. */
export const windowQualitySchema = z.object({
  version: z.literal(1),
  judgedAt: z.string(),
  /** Empty where the gate has nothing against it, or too few labels are in. */
  objections: z.array(z.string()),
});

export type WindowQuality = z.infer<typeof windowQualitySchema>;

/** The output of `<project>-monitoring`. */
export const monitoringOutputSchema = z.object({
  outcome: z.string(),
  verdict: z.string().optional(),
  reason: z.string().optional(),
  window: z.object({ start: z.string(), end: z.string() }).optional(),
  drifted: z.array(z.string()).default([]),
  objections: z.array(z.string()).default([]),
  /** Whether the window was judged for its quality alone, when its labels were due. */
  labelsDue: z.boolean().default(false),
  /** Whether the report of a window that was judged before was written again, with the labels that are in since. */
  isUpdate: z.boolean().default(false),
  /** The URI of the folder of the report. */
  report: z.string().optional(),
  metrics: z.array(windowMetricSchema).default([]),
});

export type MonitoringOutput = z.infer<typeof monitoringOutputSchema>;
