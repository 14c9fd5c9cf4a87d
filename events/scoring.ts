import * as z from 'zod';
import {
  datasetContractSchema,
  objectVersionSchema,
  placeSchema,
  problemSchema,
} from './dataset.ts';

/** Input of `<project>-scoring`: what the rule makes of `Object Created`, a schedule, or a request. */
export const scoringInputSchema = z.object({
  /** The event, the schedule's time or the request that started it. */
  eventId: z.string(),
  bucket: z.string(),
  object: z.object({
    key: z.string(),
    /** @default the newest version */
    'version-id': z.string().optional(),
  }),
  /** The model that scores. @default the live one */
  modelPackageArn: z.string().optional(),
  /** Whether each answer is explained. @default the project's `scoring.explain` */
  explain: z.boolean().optional(),
});

export type ScoringInput = z.infer<typeof scoringInputSchema>;

/** The paths in `Object Created` that make a scoring input. */
export const scoringInputPaths = {
  eventId: '$.id',
  bucket: '$.detail.bucket.name',
  object: '$.detail.object',
} as const satisfies Record<Exclude<keyof ScoringInput, 'modelPackageArn' | 'explain'>, string>;

/** What the scoring workflow asks of `inspect-rows`. */
export const rowsRequestSchema = z.object({
  project: z.string(),
  batchId: z.string(),
  contract: datasetContractSchema,
  source: objectVersionSchema,
  /** Where the rows go that are scored, as the model takes them. */
  rows: placeSchema,
  /** Where the rows go that are set aside, each with its line and the reasons. */
  rejected: placeSchema,
  /** The place of the record of a refused file, and what it contains besides the reason. */
  record: placeSchema,
  batch: z.record(z.string(), z.unknown()),
  execution: z.string(),
  requestedAt: z.string(),
});

export const rowsReplySchema = z.discriminatedUnion('accepted', [
  z.object({
    accepted: z.literal(true),
    goodRows: z.number(),
    badRows: z.number(),
    /** Of the file's bytes. */
    sha256: z.string(),
    /** The place of the label in the rows of the file; -1 without labels. */
    labelIndex: z.number(),
    /** What is wrong with the rows that were set aside, without values. */
    problems: z.array(problemSchema),
  }),
  z.object({
    accepted: z.literal(false),
    reason: z.string(),
    problems: z.array(problemSchema),
  }),
]);

/** What the scoring workflow asks of `summarize-scores`. */
export const scoresRequestSchema = z.object({
  project: z.string(),
  batchId: z.string(),
  contract: datasetContractSchema,
  source: objectVersionSchema,
  rejected: placeSchema,
  goodRows: z.number(),
  badRows: z.number(),
  problems: z.array(problemSchema),
  labelIndex: z.number(),
  /** The answers, a line each, in the order of the rows that were scored. */
  answers: placeSchema,
  /** Whether the answers are JSON with what led to them, and not CSV. */
  explained: z.boolean(),
  /** Where the rows go together with their answers. */
  predictions: placeSchema,
  summary: placeSchema,
  modelPackageArn: z.string(),
  /** What the comparison with the training rows found. */
  drift: z.unknown(),
  execution: z.string(),
  startedAt: z.string(),
  requestedAt: z.string(),
});

const binSchema = z.object({ lower: z.number(), upper: z.number(), count: z.number() });

/** How the answers are distributed. */
export const answersSummarySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('number'),
    mean: z.number(),
    standardDeviation: z.number(),
    minimum: z.number(),
    maximum: z.number(),
    bins: z.array(binSchema),
  }),
  z.object({
    kind: z.literal('class'),
    /** The most frequent ones first. */
    classes: z.array(z.object({ name: z.string(), count: z.number() })),
    /** Rows of classes that are not listed. */
    others: z.number(),
    /** Of the answered class, in tenths; none where the model gives no probability. */
    probabilities: z.array(binSchema),
  }),
]);

/** `scored/<project>/<batch-id>/summary.json` */
export const scoringSummarySchema = z.object({
  version: z.literal(1),
  project: z.string(),
  batchId: z.string(),
  source: objectVersionSchema,
  modelPackageArn: z.string(),
  explained: z.boolean(),
  rows: z.object({
    scored: z.number(),
    /** Set aside by inspection. */
    rejected: z.number(),
    /** Refused by the model; each has its error in place of a prediction. */
    refused: z.number(),
  }),
  problems: z.array(problemSchema),
  /** The columns of the predictions. */
  columns: z.array(z.string()),
  files: z.object({ predictions: z.string(), rejected: z.string().optional() }),
  answers: answersSummarySchema,
  drift: z.unknown(),
  execution: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
});

export type RowsRequest = z.infer<typeof rowsRequestSchema>;
export type RowsReply = z.infer<typeof rowsReplySchema>;
export type ScoresRequest = z.infer<typeof scoresRequestSchema>;
export type AnswersSummary = z.infer<typeof answersSummarySchema>;
export type ScoringSummary = z.infer<typeof scoringSummarySchema>;
